"""The photos that training never saw, by what they are measured for; sets may be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from export.builtin_packages import CAPTIONED
from photosearch.data import (
    CaptionedPhoto,
    LabelledPhoto,
    read_captioned,
    read_labelled,
)
from photosearch.data.photos import CAPTIONS, LABELS, LEFT_OUT, folder_with
from photosearch.errors import MissingExtra
from photosearch.images import sample_photos

LABELLED, MORE = "labelled", "labelled_more"
GROUPS = TENTH, MORE_TENTH, WHOLE_SETS = (
    f"{LABELLED}, a tenth",
    f"{MORE}, a tenth",
    f"{MORE}, {len(LEFT_OUT)} whole sets",
)

T = TypeVar("T")


@dataclass(frozen=True)
class HeldOut:
    """Photos held out, with what is known of them."""

    captioned: tuple[CaptionedPhoto, ...]
    named: dict[str, tuple[LabelledPhoto, ...]]  # group -> photos; none is empty
    trained_names: frozenset[str]  # in small letters, of the photos that training may see
    demo: tuple[Path, ...]
    missing: tuple[str, ...]  # one sentence for each set that is not there


def read_held_out(data: Path) -> HeldOut:
    """Raises UsageError for a set that is there and is not in order."""
    missing: list[str] = []
    folder = folder_with(data, CAPTIONS, CAPTIONED)
    captioned = _read(read_captioned, folder, CAPTIONS, missing)
    named = data / LABELLED if (data / MORE).is_dir() else folder_with(data, LABELS, LABELLED)
    labelled = _read(read_labelled, named, LABELS, missing)
    more = _read(read_labelled, data / MORE, LABELS, missing)
    parts = {
        TENTH: (labelled, [photo for photo in labelled if photo.held_out]),
        MORE_TENTH: (more, [p for p in more if p.held_out and p.source not in LEFT_OUT]),
        WHOLE_SETS: (more, [photo for photo in more if photo.source in LEFT_OUT]),
    }
    missing += [
        f"no photos for {group}: nothing is measured on it"
        for group, (folder, photos) in parts.items()
        if folder and not photos
    ]
    return HeldOut(
        captioned=tuple(photo for photo in captioned if not photo.trainable),
        named={group: tuple(photos) for group, (_, photos) in parts.items() if photos},
        trained_names=frozenset(
            photo.label.casefold() for photo in (*labelled, *more) if photo.trainable
        ),
        demo=_demo_photos(missing),
        missing=tuple(missing),
    )


def _read(
    read: Callable[[Path], Sequence[T]], folder: Path, name: str, missing: list[str]
) -> Sequence[T]:
    if (folder / name).is_file():
        return read(folder)
    missing.append(f"no {folder.name}/{name}: nothing is measured on it")
    return ()


def _demo_photos(missing: list[str]) -> tuple[Path, ...]:
    try:
        return tuple(sample_photos(extra="demo", purpose="the demo's queries"))
    except MissingExtra as error:
        missing.append(str(error))
        return ()
