"""Queries with a negative word, and which photos are right: by captions, and by labels.

A captioned photo shows a concept if two of its five captions name it, and is free of it if none
does. A labelled photo shows its label, and what the label's set is of.

Legend: Q queries, N photos.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosearch.data.photos import CaptionedPhoto, LabelledPhoto

Mask = NDArray[np.bool_]

_LEAST = 10  # photos that are right, and photos that show both
_LEAST_OF_LABEL = 3
_TOLD = 2  # captions that must name what is wanted
CONCEPTS: Final = {
    "dog": "dogs? pupp(y|ies) greyhounds? poodles? terriers? retrievers?",
    "grass": "grass grassy lawns? meadows?",
    "beach": "beach(es)? shores? seashore sand sandy",
    "people": "people persons? m[ae]n wom[ae]n boys? girls? child(ren)? kids? lad(y|ies) guys? "
    "crowds? bab(y|ies) toddlers? teenagers? players? riders? somebody someone bikers? "
    "skateboarders? surfers? climbers? hikers? skiers? adults? couples? famil(y|ies) friends? "
    "youths? swimmers? runners? performers? racers? cyclists? soldiers? males? females? teens? "
    "snowboarders? he she his her him",
    "children": "child(ren)? kids? boys? girls? bab(y|ies) toddlers?",
    "water": "water lakes? oceans? seas? rivers? pools? ponds? waves? streams? surf",
    "snow": "snow snowy snowball",
    "man": "m[ae]n guys?",
    "woman": "wom[ae]n lad(y|ies)",
    "ball": "balls? football basketball baseball soccer tennis",
    "bicycle": "bikes? bicycles? bikers? cyclists? biking bicyclists?",
    "street": "streets? roads? sidewalks?",
    "mountain": "mountains? cliffs? hills?",
    "a swimming pool": "pools?",
    "girl": "girls?",
    "boy": "boys?",
    "crowd": "crowds?",
    "a baby": "bab(y|ies) toddlers? infants?",
    "building": "buildings? house houses skyscrapers?",
    "skateboard": "skateboards? skateboarders? skateboarding",
    "tree": "trees? woods? forests?",
    "car": "cars? trucks? vehicles?",
    **{color: color for color in ("red", "blue", "black", "white", "yellow", "green")},
    "hat": "hats? caps? helmets?",
    "sunglasses": "sunglasses glasses goggles",
    "running": "runs? running",
    "jumping": "jump(s|ing)? leap(s|ing)?",
    "sitting": "sits? sitting seated",
    "climbing": "climb(s|ing)? climbers?",
    "playing": "plays? playing",
    "swimming": "swims? swimming swimmers?",
    "rock": "rocks? rocky",
    "stick": "sticks? branch(es)?",
    "group of people": "groups? crowds? several many",
    "field": "fields?",
    "toy": "toys? frisbees?",
}
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


def shown_by_captions(concept: str, photos: Sequence[CaptionedPhoto]) -> NDArray[np.int64]:
    """How many captions of each photo name a concept: [N]."""
    words = "|".join(CONCEPTS[concept].split())
    pattern = re.compile(rf"\b({words})\b", re.IGNORECASE)
    return np.array([sum(map(bool, map(pattern.search, photo.captions))) for photo in photos])


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
