"""Queries with a negative word, and which photos are right: by captions, and by labels.

A captioned photo shows a concept if two of its five captions name it, and is free of it if none
does. A labelled photo shows its label, and what the label's set is of. A caption finds its own
photo.

Legend: Q queries, N photos.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from export.measure.concepts import CONCEPTS, shown_by_captions
from photosearch.data.photos import CaptionedPhoto, LabelledPhoto
from photosearch.encoder import Floats

Mask = NDArray[np.bool_]

_LEAST = 10  # photos that are right, and photos that show both
_LEAST_OF_LABEL = 3
_TOLD = 2  # captions that must name what is wanted
_FIRST, _FEW, _MOST = 20, 3, 17  # of the first photos of a caption, those that show the unwanted
_FIFTH = 5  # captions are many
GROUPS: Final = {
    "musical instrument": ("instruments",),
    "sports": ("sports",),
    "clothes": ("clothing",),
    "animal": ("animals_a", "animals_c", "big_cats"),
    "Indian food": ("indian_food",),
    "flower": ("flowers",),
    "sky": ("weather",),
    "room": ("houses", "daquar_rooms", "ikea_rooms"),
    "landscape": ("intel_scenes",),
    "office object": ("office_objects",),
    "person at work": ("professions_a",),
    "street": ("street_view",),
}


@dataclass(frozen=True, eq=False)
class NegatedQuery:
    """Photos of `wanted` without `unwanted`."""

    wanted: str
    unwanted: str
    relevant: Mask  # [N]
    negative: Mask  # [N], shows what is not wanted

    @property
    def half(self) -> int:
        """0: settings are chosen on these; 1: they are reported on those."""
        return _hash(f"{self.wanted}|{self.unwanted}") % 2


def of_captions(photos: Sequence[CaptionedPhoto]) -> list[NegatedQuery]:
    """Every pair of concepts with enough photos of the one with and without the other."""
    told = {name: shown_by_captions(name, photos) for name in CONCEPTS}
    queries = []
    for wanted, unwanted in permutations(CONCEPTS, 2):
        shown, negative = told[wanted] >= _TOLD, told[unwanted] > 0
        if min((shown & ~negative).sum(), (shown & negative).sum()) >= _LEAST:
            queries.append(NegatedQuery(wanted, unwanted, shown & ~negative, negative))
    return queries


def of_sentences(
    photos: Sequence[CaptionedPhoto], sentences: Sequence[str], scores: Floats
) -> Iterator[NegatedQuery]:
    """A fifth of the captions, each without a concept that others of its first photos show.

    `sentences` are all captions, photo by photo, scores [captions, N] what photos score for them.
    Of the concepts that no caption of its photo names, one that some and not all of the first
    photos show.
    """
    told = {name: shown_by_captions(name, photos) for name in CONCEPTS}
    owner = np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in photos])
    for text, own, row in zip(sentences, owner, scores, strict=True):
        first = np.argsort(-row, kind="stable")[:_FIRST]
        known = [
            name
            for name, times in told.items()
            if not times[own] and _FEW <= (times[first] >= _TOLD).sum() <= _MOST
        ]
        if known and not _hash(text) % _FIFTH:
            unwanted = known[_hash(f"{text}x") % len(known)]
            yield NegatedQuery(text, unwanted, np.arange(len(photos)) == own, told[unwanted] > 0)


def of_labels(photos: Sequence[LabelledPhoto]) -> Iterator[NegatedQuery]:
    """A group without one of its labels, and a quarter of the pairs of labels of one group."""
    sources = np.array([photo.source for photo in photos])
    labels = np.array([photo.label for photo in photos])
    for group, names in GROUPS.items():
        inside = np.isin(sources, names)
        shown, counts = np.unique(labels[inside], return_counts=True)
        known = shown[counts >= _LEAST_OF_LABEL].tolist()
        for label in known if len(known) > 1 else ():
            yield NegatedQuery(group, label, inside & (labels != label), labels == label)
        for one, other in permutations(known, 2):
            if _hash(one + other) % 4 == 0:
                yield NegatedQuery(one, other, labels == one, labels == other)


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)
