"""Photos with words, read from JSONL files beside them.

`captions.jsonl`: {"image", "split", "captions": [...]}
`labels.jsonl`:   {"image", "set", "label", "captions": [...], "style"?}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosearch.errors import UsageError

VALIDATION_TENTHS = 1  # of the labelled photos, chosen by the hash of the file's name


@dataclass(frozen=True, slots=True)
class CaptionedPhoto:
    path: Path
    captions: tuple[str, ...]
    split: str  # "train", "dev" or "extra"


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    path: Path
    label: str
    source: str  # the set that it was gathered in
    captions: tuple[str, ...]
    style: str | None  # "cartoon", "sketch", "grayscale photo", …
    held_out: bool  # belongs to the validation tenth


def read_captioned(folder: Path) -> list[CaptionedPhoto]:
    """Raises UsageError if the folder has no `captions.jsonl`."""
    return [
        CaptionedPhoto(folder / row["image"], tuple(row["captions"]), row["split"])
        for row in _rows(folder / "captions.jsonl")
    ]


def read_labelled(folder: Path) -> list[LabelledPhoto]:
    """Raises UsageError if the folder has no `labels.jsonl`."""
    return [
        LabelledPhoto(
            path=folder / row["image"],
            label=row["label"],
            source=row["set"],
            captions=tuple(row["captions"]),
            style=row.get("style"),
            held_out=is_held_out(row["image"]),
        )
        for row in _rows(folder / "labels.jsonl")
    ]


def is_held_out(image: str) -> bool:
    """A tenth that depends on the file's name alone, so that it is the same everywhere."""
    digest = hashlib.sha256(Path(image).name.encode()).hexdigest()
    return int(digest, 16) % 10 < VALIDATION_TENTHS


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)
    except (OSError, json.JSONDecodeError) as error:
        raise UsageError(f"training data: cannot read {path}: {error}") from error
