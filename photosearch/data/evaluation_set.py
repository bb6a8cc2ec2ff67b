"""Photos with captions, to see whether packages find what the model finds.

DIR/captions.jsonl, one JSON object a line, in UTF-8:

    {"image": "photos/1.jpg", "captions": ["a dog on a beach", "a dog runs"], "split": "dev"}

`image` is relative to DIR and stays inside it. `split` may be left out; where any line has one,
only the lines whose split is "dev" are used: a model is not judged on what it was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.errors import UsageError

CAPTIONS = "captions.jsonl"
_SPLIT = "dev"


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
class EvalData:
    photos: tuple[Path, ...]
    captions: tuple[str, ...]
    owners: tuple[int, ...]  # of each caption, the place of its photo
    photos_available: int
    captions_available: int


@dataclass(frozen=True, slots=True)
class _Line:
    photo: Path
    captions: tuple[str, ...]
    split: str | None


def read_eval_data(directory: Path, sampling: Sampling) -> EvalData:
    """Raises UsageError, with the number of the line, for whatever does not fit the format."""
    lines = list(_lines(directory))
    if any(line.split is not None for line in lines):
        lines = [line for line in lines if line.split == _SPLIT]
    if len(lines) < 2:
        raise UsageError(
            f"{directory / CAPTIONS}: got {len(lines)} photos, expected at least 2 (of split "
            f"{_SPLIT!r}, where splits are given)"
        )
    return _sampled(lines, sampling)


def _lines(directory: Path) -> Iterator[_Line]:
    path = directory / CAPTIONS
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"no eval data in {directory}: {CAPTIONS}: {error}") from error
    for number, row in enumerate(rows, start=1):
        if row.strip():
            try:
                yield _line(directory, json.loads(row))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"{path}, line {number}: {error!r}") from error


def _line(directory: Path, raw: dict[str, Any]) -> _Line:
    photo, captions, split = directory / raw["image"], raw["captions"], raw.get("split")
    if not photo.resolve().is_relative_to(directory.resolve()):
        raise ValueError(f"image {raw['image']!r} leaves the directory")
    if not photo.is_file():
        raise ValueError(f"image {raw['image']!r} is missing")
    if not isinstance(captions, list) or not all(isinstance(c, str) and c for c in captions):
        raise TypeError("captions: expected a list of strings, none of them empty")
    if not captions:
        raise ValueError("captions: got none, expected at least one")
    return _Line(photo, tuple(captions), split)


def _sampled(lines: Sequence[_Line], sampling: Sampling) -> EvalData:
    random = np.random.default_rng(sampling.seed)
    count = min(len(lines), sampling.photos)
    chosen = sorted(random.permutation(len(lines))[:count].tolist())
    drawn = [random.permutation(len(lines[i].captions)).tolist() for i in chosen]
    order = [(turn, place) for place, numbers in enumerate(drawn) for turn in range(len(numbers))]
    kept = sorted((place, drawn[place][turn]) for turn, place in sorted(order)[: sampling.captions])
    return EvalData(
        photos=tuple(lines[i].photo for i in chosen),
        captions=tuple(lines[chosen[place]].captions[number] for place, number in kept),
        owners=tuple(place for place, _ in kept),
        photos_available=len(lines),
        captions_available=sum(len(line.captions) for line in lines),
    )
