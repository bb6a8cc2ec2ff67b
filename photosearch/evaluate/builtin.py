"""How the built-in model is measured: as shipped, through its encoder, on photos held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Encoder
from photosearch.evaluate.benchmark import caption_retrieval, cut, label_retrieval
from photosearch.evaluate.calibration import fit_calibration
from photosearch.evaluate.metrics import Floats
from photosearch.evaluate.significance import Estimate
from photosearch.manifest import Calibration


@dataclass(frozen=True)
class Captions:
    """Photos and the sentences about each."""

    paths: Sequence[Path]
    sentences: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Labels:
    """Photos and the one name of each."""

    paths: Sequence[Path]
    names: Sequence[str]


@dataclass(frozen=True)
class Measured:
    captions: dict[int, dict[str, Estimate]]  # width of the embedding -> R@1, R@5, R@10
    labels: Estimate  # mean average precision
    calibration: Calibration


def measure(
    encoder: Encoder, captions: Captions, labels: Labels, widths: Sequence[int]
) -> Measured:
    """Caption retrieval at every width, label retrieval and calibration at the full one."""
    photos = encoder.encode_images(list(captions.paths))
    sentences = encoder.encode_texts([text for texts in captions.sentences for text in texts])
    owner = np.repeat(np.arange(len(photos)), [len(texts) for texts in captions.sentences])
    named = encoder.encode_images(list(labels.paths))
    asked = sorted(set(labels.names))
    queries = encoder.encode_texts(asked)
    return Measured(
        captions={
            width: caption_retrieval(cut(photos, width), cut(sentences, width), owner)
            for width in widths
        },
        labels=label_retrieval(named, labels.names, dict(zip(asked, queries, strict=True))),
        calibration=_calibrate(photos, sentences, owner, named, labels.names, asked, queries),
    )


def _calibrate(
    photos: Floats,
    sentences: Floats,
    owner: NDArray[np.int64],
    named: Floats,
    names: Sequence[str],
    asked: Sequence[str],
    queries: Floats,
) -> Calibration:
    """Matches are a sentence with its own photo, and a name with its best photo. Each collection
    serves as the library without a match for what is asked of the other."""
    relevant = np.array([[name == query for name in names] for query in asked])
    best = np.where(relevant, queries @ named.T, -1).max(axis=1)
    return fit_calibration(
        matches=[(sentences * photos[owner]).sum(axis=1), best],
        strangers=[(sentences @ named.T).max(axis=1), (queries @ photos.T).max(axis=1)],
    )
