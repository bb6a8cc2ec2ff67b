"""Reads photos with captions or labels from JSONL files beside them; the only reader of both.

DIR/captions.jsonl and DIR/labels.jsonl hold one JSON object a line, in UTF-8:

    {"image": "photos/1.jpg", "captions": ["a dog on a beach", "a dog runs"], "split": "dev"}
    {"image": "photos/2.jpg", "set": "food", "label": "pizza", "captions": [], "style": "cartoon"}

`image` is relative to DIR and stays inside it; `split` and `style` may be left out, and lines with
captions may have `tags`, a list of one's own. Other names are passed over, and so are empty lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from photosearch.errors import UsageError
from photosearch.records import NotEmpty, decode_json, read_record

CAPTIONS, LABELS = "captions.jsonl", "labels.jsonl"
DEV = "dev"  # the split on which models are judged and never trained
VALIDATION_TENTHS = 1  # of photos without a split, chosen by the hash of the file's name
# Sets whose photos no training takes, to see what is learned of names that none of its photos has
LEFT_OUT = ("azure_samples", "desk_objects", "words_f")

T = TypeVar("T")
_Text = Annotated[str, NotEmpty("character")]


@dataclass(frozen=True, slots=True)
class CaptionedPhoto:
    """A photo and the sentences about it, at least one."""

    path: Path
    captions: tuple[str, ...]
    split: str | None  # "train", "dev", "extra", …
    tags: tuple[str, ...] = ()  # of one's own, by which measures can be told apart

    @property
    def trainable(self) -> bool:
        """Whether training may see it: not of the split "dev", nor, without a split, of a tenth."""
        return self.split != DEV if self.split is not None else not is_held_out(self.path.name)


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and its one name, perhaps with sentences about it."""

    path: Path
    label: str
    source: str  # the set that it was gathered in
    captions: tuple[str, ...]
    style: str | None  # "cartoon", "sketch", "grayscale photo", …
    held_out: bool  # belongs to the validation tenth

    @property
    def trainable(self) -> bool:
        """Whether training may see it: neither of the validation tenth nor of a set left out."""
        return not self.held_out and self.source not in LEFT_OUT


@dataclass(frozen=True, slots=True)
class _CaptionRow:
    image: str
    captions: Annotated[tuple[_Text, ...], NotEmpty("caption")]
    split: str | None = None
    tags: tuple[_Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _LabelRow:
    image: str
    set: str
    label: _Text
    captions: tuple[_Text, ...]
    style: str | None = None


def read_captioned(folder: Path) -> list[CaptionedPhoto]:
    """The photos of `captions.jsonl`, in its order.

    Raises UsageError that names the file, the line and the field of the first that is wrong.
    """
    return [
        CaptionedPhoto(path, row.captions, row.split, row.tags)
        for path, row in _rows(folder, CAPTIONS, _CaptionRow)
    ]


def read_labelled(folder: Path) -> list[LabelledPhoto]:
    """The photos of `labels.jsonl`, in its order. Raises UsageError as `read_captioned` does."""
    return [
        LabelledPhoto(
            path=path,
            label=row.label,
            source=row.set,
            captions=row.captions,
            style=row.style,
            held_out=is_held_out(row.image),
        )
        for path, row in _rows(folder, LABELS, _LabelRow)
    ]


def read_sentences(path: Path) -> list[str]:
    """The lines of a text file that are not empty. Raises UsageError, also for other bytes."""
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected text in UTF-8, a sentence a line: {error}") from error


def folder_with(data: Path, listing: str, preferred: str) -> Path:
    """The folder in `data` that holds such a list: the one of that name, or else the first.

    Where there is none, the preferred one, which then is not there.
    """
    if (data / preferred / listing).is_file():
        return data / preferred
    return next((found.parent for found in sorted(data.glob(f"*/{listing}"))), data / preferred)


def of_dev_split(photos: Sequence[CaptionedPhoto]) -> list[CaptionedPhoto]:
    """Those of the split "dev"; all of them where none has a split."""
    if all(photo.split is None for photo in photos):
        return list(photos)
    return [photo for photo in photos if photo.split == DEV]


def is_held_out(image: str) -> bool:
    """A tenth that depends on the file's name alone, so that it is the same everywhere."""
    digest = hashlib.sha256(Path(image).name.encode()).hexdigest()
    return int(digest, 16) % 10 < VALIDATION_TENTHS


def _rows(folder: Path, name: str, kind: type[T]) -> Iterator[tuple[Path, T]]:
    """Each line as a record, and the photo that it names."""
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise UsageError(f"no {name} in {folder}: {error.strerror or error}") from error
    root = folder.resolve()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            where = f"{folder / name}, line {number}: photo"
            raw = decode_json(line, where, error=UsageError)
            row: Any = read_record(kind, raw, where, error=UsageError, may_grow=True)
            yield _photo(folder, root, row.image, where), row


def _photo(folder: Path, root: Path, image: str, where: str) -> Path:
    """The file of that name in the folder; `root` is the folder without links."""
    path = folder / image
    try:
        inside, there = path.resolve().is_relative_to(root), path.is_file()
    except (OSError, ValueError, RuntimeError) as error:  # a NUL, a lone surrogate, a loop of links
        raise UsageError(f"{where}.image: got {image[:80]!r}, expected a path: {error}") from error
    if not inside:
        raise UsageError(f"{where}.image: {image!r} leaves the directory")
    if not there:
        raise UsageError(f"{where}.image: {image!r} is missing")
    return path
