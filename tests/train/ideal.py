"""A student whose embeddings are known by heart, and batches for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.train.batches import Batch
from photosearch.train.config import AugmentConfig
from photosearch.train.pictures import draw_recolour
from photosearch.train.samplers import ClassDraw, Pairs
from photosearch.train.student import Student

PHOTOS = D = 6
SCALE = torch.tensor(60.0)  # so sharp that the rest of a softmax vanishes
OWN = [number // 3 for number in range(3 * PHOTOS)]
_STEP = 20  # of brightness, from a photo to the next
_STILL = AugmentConfig(brightness=0.0, contrast=0.0, saturation=0.0, gray=0.0, gain=0.0)


def ideal(owner: Sequence[int]) -> Student:
    """Photo p is the unit vector p; sentence t is that of the photo `owner[t]`."""
    eye = torch.eye(D)

    def features(pixels: Tensor) -> Tensor:
        return eye[(pixels.mean((1, 2, 3)) / _STEP).round().long()]

    def texts(ids: Sequence[Sequence[int]]) -> Tensor:
        return eye[[owner[number] for (number,) in ids]]

    student = SimpleNamespace(
        image=SimpleNamespace(head=lambda x: F.normalize(x, dim=1)),
        features=features,
        texts=texts,
        scale=SCALE,
        device=torch.device("cpu"),
    )
    return cast("Student", student)


def captioned(photos: Sequence[int], owner: Sequence[int] = OWN) -> Pairs:
    """Photos and two sentences about each, of which sentence t is photo t // 3's."""
    texts = [3 * photo + i for photo in photos for i in range(2)]
    positive = np.array(photos)[:, None] == np.array(texts)[None, :] // 3
    return Pairs(np.array(photos), texts, positive)


def batch(
    captioned: Pairs | None = None,
    labelled: Pairs | None = None,
    classes: ClassDraw | None = None,
    categories: Sequence[int] | None = None,
    sentences: Sequence[int] | None = None,
) -> Batch:
    """A batch of such photos; category n is sentence n."""
    pairs = [each for each in (captioned, labelled) if each is not None]
    photos = np.concatenate([each.photos for each in pairs])
    texts = [text for each in (*pairs, classes) if each is not None for text in each.texts]
    shades = (photos * _STEP).astype(np.uint8)
    return Batch(
        captioned=captioned,
        labelled=labelled,
        classes=classes,
        categories=None if categories is None else np.array(categories),
        sentences=None if sentences is None else np.array(sentences),
        pixels=np.tile(shades[:, None, None, None], (1, 4, 4, 3)),
        recolour=draw_recolour(len(photos), _STILL, np.random.default_rng(0)),
        ids=[[text] for text in (*texts, *(categories or ()), *(sentences or ()))],
    )
