"""A student whose embeddings are known by heart, and what it sees of drawn pairs."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.train.samplers import CaptionSampler
from photosearch.train.student import EmbeddedPairs, Student, embed_pairs

PHOTOS = D = 6
SCALE = torch.tensor(60.0)  # so sharp that the rest of a softmax vanishes
OWN = [number // 3 for number in range(3 * PHOTOS)]


def ideal(owner: Sequence[int]) -> Student:
    """Photo p is the unit vector p (of two views); sentence t is that of the photo `owner[t]`."""
    eye = torch.eye(D)

    def features(numbers: Sequence[int], _views: Sequence[int]) -> Tensor:
        return eye[torch.as_tensor(numbers)]

    def texts(numbers: Sequence[int]) -> Tensor:
        return eye[[owner[number] for number in numbers]]

    student = SimpleNamespace(
        views=SimpleNamespace(bottoms=[None, None]),
        image=SimpleNamespace(head=lambda x: F.normalize(x, dim=1)),
        features=features,
        published_features=features,
        texts=texts,
        scale=SCALE,
    )
    return cast("Student", student)


def captioned(photos: Sequence[int], owner: Sequence[int] = OWN) -> EmbeddedPairs:
    """Photos and two sentences about each, of which sentence t is `owner[t]`'s."""
    about = [[3 * photo + i for i in range(3)] for photo in range(PHOTOS)]
    sampler = CaptionSampler(range(PHOTOS), about, texts_each=2)
    drawn = sampler.draw(np.array(photos), views=2, random=np.random.default_rng(0))
    return embed_pairs(ideal(owner), drawn)
