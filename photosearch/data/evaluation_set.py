"""Samples captioned photos for measuring retrieval: those of the dev split, or all without splits.

A model is not judged on what it was trained on: where any line of `captions.jsonl` has a split,
only the lines whose split is "dev" are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photosearch.data.photos import CAPTIONS, DEV, CaptionedPhoto, of_dev_split, read_captioned
from photosearch.errors import UsageError


@dataclass(frozen=True, slots=True)
class Sampling:
    """How much of the data is used: all of it, up to these numbers.

    A thousand of each take about two minutes on 2 cores. Chosen by `seed`; every photo keeps a
    caption before any has a second one.
    """

    photos: int = 1000
    captions: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Photos, captions, which caption is of which photo, and how many there were to choose from."""

    photos: tuple[Path, ...]
    captions: tuple[str, ...]
    owners: tuple[int, ...]  # of each caption, the place of its photo
    photos_available: int
    captions_available: int


def read_evaluation_set(folder: Path, sampling: Sampling) -> EvaluationSet:
    """Raises UsageError, with the number of the line, for whatever does not fit the format."""
    photos = of_dev_split(read_captioned(folder))
    if len(photos) < 2:
        raise UsageError(
            f"{folder / CAPTIONS}: got {len(photos)} photos, expected at least 2 (of split "
            f"{DEV!r}, where splits are given)"
        )
    return _sampled(photos, sampling)


def _sampled(photos: Sequence[CaptionedPhoto], sampling: Sampling) -> EvaluationSet:
    random = np.random.default_rng(sampling.seed)
    count = min(len(photos), sampling.photos)
    chosen = sorted(random.permutation(len(photos))[:count].tolist())
    drawn = [random.permutation(len(photos[i].captions)).tolist() for i in chosen]
    order = [(turn, place) for place, numbers in enumerate(drawn) for turn in range(len(numbers))]
    kept = sorted((place, drawn[place][turn]) for turn, place in sorted(order)[: sampling.captions])
    return EvaluationSet(
        photos=tuple(photos[i].path for i in chosen),
        captions=tuple(photos[chosen[place]].captions[number] for place, number in kept),
        owners=tuple(place for place, _ in kept),
        photos_available=len(photos),
        captions_available=sum(len(photo.captions) for photo in photos),
    )
