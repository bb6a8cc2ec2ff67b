"""A model's embeddings of a folder of photos with labels: those that are judged, or the others.

Legend: N photos, C classes, D embedding width.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from photosearch.data.photos import LABELS, LabelledPhoto, folder_with, read_labelled
from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.captioned import Embeds, embed_batches
from photosearch.evaluate.places import Ints
from photosearch.evaluate.trec import trec_name
from photosearch.progress import Listener, silent

Part: TypeAlias = Literal["test", "train"]

PREFERRED = "labelled"  # of several sets with labels in one folder
MOST = 10_000  # photos that are embedded; beyond, as many are drawn
_PARTS = {"test": "tenth that is held out", "train": "nine tenths that are not held out"}


@dataclass(frozen=True, eq=False)
class Labelled:
    """Photos with their embeddings, and the class of each."""

    photos: Floats  # [N, D]
    label: Ints  # [N], place of the class
    names: tuple[str, ...]  # N, of the photos
    classes: tuple[str, ...]  # C, with those that none of these photos has
    protocol: tuple[str, ...]  # sentences: which photos these are

    def __post_init__(self) -> None:
        sizes = (len(self.photos), len(self.label), len(self.names))
        if len(set(sizes)) > 1:
            raise ShapeError(f"photos, labels, names: got {sizes}, expected as many of each")
        if not len(self.photos):
            raise UsageError("got no photos with labels, expected some")
        if len(self.classes) < 2:
            raise UsageError(f"got the classes {list(self.classes)}, expected two or more")
        if self.label.min() < 0 or self.label.max() >= len(self.classes):
            ends = f"{self.label.min()} to {self.label.max()}"
            raise ShapeError(f"labels: got {ends}, expected 0 to {len(self.classes) - 1}")

    def counts(self) -> Ints:
        """How many photos each class has: [C]."""
        return np.bincount(self.label, minlength=len(self.classes))


def embed_labelled(
    encoder: Embeds,
    data: Path,
    part: Part = "test",
    *,
    most: int = MOST,
    progress: Listener = silent,
) -> Labelled:
    """Photos of `data`: the tenth that is held out, by the hash of a file's name, or the others.

    Labels that differ in case or white space alone are one class, spelled as most photos have it.
    Of more than `most` photos, as many are drawn. Raises UsageError for a folder that is not in
    order or has no such photos, ImageError for a photo that cannot be read.
    """
    if part not in _PARTS:
        raise UsageError(f"part: got {part!r}, expected one of {', '.join(_PARTS)}")
    if most < 1:
        raise UsageError(f"most: got {most}, expected 1 or more photos")
    folder = data if (data / LABELS).is_file() else folder_with(data, LABELS, PREFERRED)
    everything = read_labelled(folder)
    photos = [photo for photo in everything if photo.held_out == (part == "test")]
    _check(folder, part, everything, photos)
    classes, merged = _classes(everything)
    place = {name: at for at, name in enumerate(sorted(set(classes.values())))}
    if len(place) < 2:
        raise UsageError(f"{folder / LABELS}: got the classes {list(place)}, expected two or more")
    chosen = _sample(photos, most)
    return Labelled(
        photos=embed_batches(encoder.encode_images, [p.path for p in chosen], "photos", progress),
        label=np.array([place[classes[photo.label]] for photo in chosen], np.int64),
        names=tuple(trec_name(photo.path.relative_to(folder).as_posix()) for photo in chosen),
        classes=tuple(place),
        protocol=(*_told(part, everything, photos, chosen, len(place)), *merged),
    )


def few_shot(data: Labelled, shots: int) -> Labelled:
    """As many photos of each class at most, drawn at random: the same ones of the same photos."""
    if shots < 1:
        raise UsageError(f"shots: got {shots}, expected 1 or more photos of each class")
    kept = np.flatnonzero(place_in_class(data.label) < shots)
    return Labelled(
        photos=data.photos[kept],
        label=data.label[kept],
        names=tuple(data.names[at] for at in kept),
        classes=data.classes,
        protocol=(*data.protocol, f"Of each class {shots} at most, {len(kept)} in all, count."),
    )


def place_in_class(label: Ints) -> Ints:
    """Of each photo its place, from 0, among those of its class in random order: [N]."""
    order = np.lexsort((np.random.default_rng(0).permutation(len(label)), label))
    counts = np.bincount(label)
    place = np.empty_like(order)
    place[order] = np.arange(len(label)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place


def _check(
    folder: Path, part: Part, everything: Sequence[LabelledPhoto], photos: Sequence[LabelledPhoto]
) -> None:
    times = Counter(photo.path.resolve() for photo in everything)
    twice = [path.name for path, count in times.items() if count > 1]
    if twice:
        raise UsageError(f"{folder / LABELS}: {twice[0]!r} comes twice, expected once")
    if not photos:
        raise UsageError(
            f"{folder / LABELS}: got none of {len(everything)} photos in the {_PARTS[part]}, "
            "expected some"
        )


def _classes(photos: Sequence[LabelledPhoto]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The class of each label, and a sentence if several labels are one."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        spelled[" ".join(photo.label.casefold().split())][photo.label] += 1
    if "" in spelled:
        raise UsageError("label: got white space alone, expected a name")
    classes = {label: of.most_common(1)[0][0] for of in spelled.values() for label in of}
    several = sorted(tuple(of) for of in spelled.values() if len(of) > 1)
    if not several:
        return classes, ()
    ways = " and ".join(map(repr, several[0]))
    return classes, (f"Classes with several spellings: {len(several)}, such as {ways}.",)


def _sample(photos: Sequence[LabelledPhoto], most: int) -> list[LabelledPhoto]:
    """As many at most, in their order: the same ones of the same photos."""
    count = min(most, len(photos))
    drawn = np.random.default_rng(0).choice(len(photos), count, replace=False)
    return [photos[at] for at in np.sort(drawn)]


def _told(
    part: Part,
    everything: Sequence[LabelledPhoto],
    photos: Sequence[LabelledPhoto],
    chosen: Sequence[LabelledPhoto],
    classes: int,
) -> tuple[str, ...]:
    kind = f"{len(photos)} of {len(everything)} photos, the {_PARTS[part]}, of {classes} classes."
    drawn = f"{len(chosen)} of them, drawn at random, count."
    return (kind, drawn) if len(chosen) < len(photos) else (kind,)
