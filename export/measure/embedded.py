"""The photos that are measured and the texts about them, each embedded once.

Legend: Q texts, N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.data import CaptionedPhoto, LabelledPhoto
from photosearch.encoder import Encoder, Floats
from photosearch.errors import ModelError
from photosearch.evaluate.captioned import embed_batches
from photosearch.progress import Listener


@dataclass(frozen=True, eq=False)
class CaptionSet:
    """Photos with their captions."""

    records: tuple[CaptionedPhoto, ...]  # N
    photos: Floats  # [N, D]
    sentences: tuple[str, ...]  # Q
    queries: Floats  # [Q, D]
    owner: NDArray[np.int64]  # [Q], the photo of each sentence


@dataclass(frozen=True, eq=False)
class NameSet:
    """Photos with one name each, and the names that are asked for."""

    labels: tuple[str, ...]  # N
    photos: Floats  # [N, D]
    asked: tuple[str, ...]  # Q
    queries: Floats  # [Q, D]

    def relevant(self) -> NDArray[np.bool_]:
        """Which photos bear each name: [Q, N]."""
        labels = np.array(self.labels)
        return np.stack([labels == name for name in self.asked])

    def asking(self, names: Sequence[str]) -> NameSet:
        """The same photos, asked for some of the names."""
        places = [self.asked.index(name) for name in names]
        return NameSet(self.labels, self.photos, tuple(names), self.queries[places])

    def among(self, library: NameSet) -> NameSet:
        """The same names, asked of the photos of a larger library."""
        return NameSet(library.labels, library.photos, self.asked, self.queries)


def embed_captioned(
    encoder: Encoder, records: Sequence[CaptionedPhoto], progress: Listener
) -> CaptionSet:
    """All photos and all captions."""
    sentences = tuple(text for photo in records for text in photo.captions)
    return CaptionSet(
        records=tuple(records),
        photos=embed_photos(encoder, [photo.path for photo in records], "captioned", progress),
        sentences=sentences,
        queries=embed_texts(encoder, sentences, "captions", progress),
        owner=np.repeat(np.arange(len(records)), [len(photo.captions) for photo in records]),
    )


def embed_named(
    encoder: Encoder, records: Sequence[LabelledPhoto], group: str, progress: Listener
) -> NameSet:
    """All photos, and each name once."""
    asked = tuple(sorted({photo.label for photo in records}))
    return NameSet(
        labels=tuple(photo.label for photo in records),
        photos=embed_photos(encoder, [photo.path for photo in records], group, progress),
        asked=asked,
        queries=embed_texts(encoder, asked, f"names of {group}", progress),
    )


def union(sets: Sequence[NameSet]) -> NameSet:
    """One library of all photos, asked for every name once."""
    rows = {name: row for each in sets for name, row in zip(each.asked, each.queries, strict=True)}
    asked = tuple(sorted(rows))
    return NameSet(
        labels=tuple(label for each in sets for label in each.labels),
        photos=np.concatenate([each.photos for each in sets]),
        asked=asked,
        queries=np.stack([rows[name] for name in asked]),
    )


def embed_photos(encoder: Encoder, paths: Sequence[Path], note: str, progress: Listener) -> Floats:
    """[N, D]. Raises ImageError for a photo that cannot be read, ModelError for NaN."""
    return _finite(embed_batches(encoder.encode_images, paths, f"photos: {note}", progress), note)


def embed_texts(encoder: Encoder, texts: Sequence[str], note: str, progress: Listener) -> Floats:
    """[Q, D]. Raises ModelError for NaN."""
    return _finite(embed_batches(encoder.encode_texts, texts, f"texts: {note}", progress), note)


def _finite(rows: Floats, note: str) -> Floats:
    """The same. A metric of NaN would look like any other figure."""
    if not np.isfinite(rows).all():
        wrong = int((~np.isfinite(rows)).any(axis=1).sum())
        raise ModelError(f"{note}: got {wrong} vectors with NaN or infinity, expected unit vectors")
    return rows
