"""Searches whose right answers are known: words, names and sentences, asked of photos held out.

Each belongs to a family, whose photos were gathered together. A rule that was fitted without a
family is judged on it. Photos of training only fill libraries up, where they are surely wrong.

Legend: Q queries, N photos held out, M photos of training, D embedding width.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from export.measure.concepts import CONCEPTS, shown_by_captions
from photosearch.data.photos import LEFT_OUT, CaptionedPhoto, LabelledPhoto
from photosearch.encoder import Encoder, Floats

Mask: TypeAlias = NDArray[np.bool_]
Record: TypeAlias = "CaptionedPhoto | LabelledPhoto"

FLICKR, LABELLED, MORE, LEFT = "flickr8k", "labelled", "labelled_more", "whole sets left out"
_LEAST_OF_PAIR, _LEAST_OF_GROUP, _WORDS_OF_SENTENCE = 8, 3, 3
_DRAWN = 200  # pairs of words
_SENTENCES = 1000  # captions, one of each photo
_GROUPS: Final = {  # what the photos of a set are of, as one would ask for them
    "musical instrument": ("instruments",),
    "sports": ("sports",),
    "clothes": ("clothing",),
    "animal": ("animals_a", "animals_c", "big_cats", "cats"),
    "a cat": ("cats",),
    "food": ("indian_food", "recipes_pd"),
    "Indian food": ("indian_food",),
    "drink": ("cocktails",),
    "groceries": ("grocery",),
    "flower": ("flowers",),
    "sky": ("weather",),
    "room": ("houses", "daquar_rooms", "ikea_rooms"),
    "furniture": ("ikea",),
    "landscape": ("intel_scenes",),
    "office object": ("office_objects",),
    "person at work": ("professions_a",),
    "street": ("street_view",),
    "rubbish": ("trashnet",),
    "a screenshot": ("app_screenshots",),
    "playing card": ("playing_cards",),
    "painting": ("painting_finder",),
    "vehicle": ("vehicles_c", "cars_plates"),
    "hand": ("hand_signs",),
}


@dataclass(frozen=True, eq=False)
class Photos:
    """Photos of one family with what is known of them."""

    records: Sequence[Record]  # N
    vectors: Floats  # [N, D]


@dataclass(frozen=True, eq=False)
class Searches:
    """Queries of one kind, the photos that they are asked of, and those that fill libraries up."""

    name: str
    family: str
    texts: tuple[str, ...]  # Q
    queries: Floats  # [Q, D]
    photos: Floats  # [N, D]
    relevant: Mask  # [Q, N]
    sources: NDArray[np.str_]  # [N], the set of each photo: libraries favour some
    others: Floats  # [M, D]
    unlike: Mask  # [Q, M]; false: may be right, so it is left out
    may_lack: bool = True  # whether a photo that is not said to be right is wrong

    @property
    def words(self) -> NDArray[np.int64]:
        """How many words each query has: [Q]."""
        return np.array([len(text.split()) for text in self.texts])


def flickr_searches(
    encoder: Encoder, dev: Photos, trained: Photos, others: Photos
) -> Iterator[Searches]:
    """Words that captions name, two such words, and captions with their own photo.

    `trained` are captioned photos of training, of which words are known as well.
    """
    records, learned = _captioned(dev), _captioned(trained)
    shown = {name: shown_by_captions(name, records) > 0 for name in CONCEPTS}
    known = {name: shown_by_captions(name, learned) > 0 for name in CONCEPTS}
    names = [name for name, photos in shown.items() if photos.any()]
    none = np.array(["flickr8k"] * len(records))
    pairs = _pairs(shown, names)
    for title, groups in (("words in captions", [(name,) for name in names]), ("two", pairs)):
        texts = tuple(" ".join(group) for group in groups)
        yield Searches(
            name=title if len(groups[0]) == 1 else "two words in captions",
            family=FLICKR,
            texts=texts,
            queries=encoder.encode_texts(texts),
            photos=dev.vectors,
            relevant=np.stack([np.logical_and.reduce([shown[w] for w in g]) for g in groups]),
            sources=none,
            others=trained.vectors,
            unlike=~np.stack([np.logical_and.reduce([known[w] for w in g]) for g in groups]),
            may_lack=False,
        )
    texts = tuple(photo.captions[0] for photo in records)[:_SENTENCES]
    yield Searches(
        name="captions",
        family=FLICKR,
        texts=texts,
        queries=encoder.encode_texts(texts),
        photos=dev.vectors,
        relevant=np.eye(len(texts), len(records), dtype=np.bool_),
        sources=none,
        others=others.vectors,
        unlike=np.ones((len(texts), len(others.vectors)), np.bool_),
    )


def _pairs(shown: dict[str, Mask], names: Sequence[str]) -> list[tuple[str, str]]:
    found = [
        (one, other)
        for one, other in itertools.combinations(names, 2)
        if (shown[one] & shown[other]).sum() >= _LEAST_OF_PAIR
    ]
    drawn = np.random.default_rng(0).permutation(len(found))[:_DRAWN]
    return [found[place] for place in sorted(drawn)]


def labelled_searches(
    encoder: Encoder, family: str, held: Photos, others: Photos
) -> Iterator[Searches]:
    """The names of photos, what their sets are of, and sentences with their own photos."""
    records = _labelled(held)
    labels = np.array([photo.label for photo in records])
    sources = np.array([photo.source for photo in records])
    captions = np.array([photo.captions[0] if photo.captions else "" for photo in records])
    names = sorted(set(labels))
    groups = [
        name for name, sets in _GROUPS.items() if np.isin(sources, sets).sum() >= _LEAST_OF_GROUP
    ]
    long = sorted({text for text in captions if len(text.split()) >= _WORDS_OF_SENTENCE})
    for title, texts, relevant in (
        ("names", names, [labels == name for name in names]),
        ("what sets are of", groups, [np.isin(sources, _GROUPS[name]) for name in groups]),
        ("sentences", long, [captions == text for text in long]),
    ):
        if texts:
            yield Searches(
                name=f"{family}: {title}",
                family=family,
                texts=tuple(texts),
                queries=encoder.encode_texts(texts),
                photos=held.vectors,
                relevant=np.stack(relevant),
                sources=sources,
                others=others.vectors,
                unlike=unlike(texts, others.records),
            )


def mixed_searches(encoder: Encoder, held: Photos, others: Photos) -> Searches:
    """All names, asked of the photos of all families; captions tell which others show them."""
    names = sorted({photo.label for photo in held.records if isinstance(photo, LabelledPhoto)})
    return Searches(
        name="names, in a library of all",
        family="all",
        texts=tuple(names),
        queries=encoder.encode_texts(names),
        photos=held.vectors,
        relevant=~unlike(names, held.records),
        sources=np.array([getattr(photo, "source", FLICKR) for photo in held.records]),
        others=others.vectors,
        unlike=unlike(names, others.records),
    )


def unlike(texts: Sequence[str], records: Sequence[Record]) -> Mask:
    """Photos that neither bear a name nor have a caption or a label with it: [Q, M]."""
    said = [_said(photo) for photo in records]
    rows = []
    for text in texts:
        one = _plain(text)
        forms = f" {one} ", f" {one}s ", f" {one}es "
        rows.append([not any(form in told for form in forms) for told in said])
    return np.array(rows, np.bool_)


def _said(photo: Record) -> str:
    label = [photo.label] if isinstance(photo, LabelledPhoto) else []
    return f" {' . '.join(map(_plain, [*label, *photo.captions]))} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def families(
    captioned: Sequence[CaptionedPhoto],
    labelled: Sequence[LabelledPhoto],
    more: Sequence[LabelledPhoto],
) -> dict[str, list[Record]]:
    """The photos held out of each family."""
    left = [photo for photo in more if photo.source in LEFT_OUT]
    return {
        FLICKR: [photo for photo in captioned if not photo.trainable],
        LABELLED: [photo for photo in labelled if photo.held_out],
        MORE: [photo for photo in more if photo.held_out and photo.source not in LEFT_OUT],
        LEFT: list(left),
    }


def _captioned(photos: Photos) -> list[CaptionedPhoto]:
    return [photo for photo in photos.records if isinstance(photo, CaptionedPhoto)]


def _labelled(photos: Photos) -> list[LabelledPhoto]:
    return [photo for photo in photos.records if isinstance(photo, LabelledPhoto)]
