"""Retrieval with captions, both ways: photos by their captions, captions by their photos.

Legend: N photos, Q captions, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate import expected
from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints, Places, find_places
from photosearch.evaluate.report import RANK, Evaluation
from photosearch.evaluate.trec import Qrels
from photosearch.progress import Listener, silent

CUTOFFS = (1, 5, 10)
_TIES = "Items with one score count as the mean over every order of them."


@dataclass(frozen=True, eq=False)
class Captioned:
    """Photos and captions with their embeddings, and whose each caption is."""

    photos: Floats  # [N, D]
    captions: Floats  # [Q, D]
    owner: Ints  # [Q], place of the photo
    photo_names: tuple[str, ...]  # N
    caption_names: tuple[str, ...]  # Q

    def __post_init__(self) -> None:
        if not len(self.photos) or not len(self.captions):
            raise UsageError(
                f"got {len(self.photos)} photos and {len(self.captions)} captions, expected some"
            )
        sizes = (len(self.photo_names), len(self.caption_names), len(self.owner))
        wanted = (len(self.photos), len(self.captions), len(self.captions))
        if sizes != wanted:
            raise ShapeError(f"photo names, caption names, owners: got {sizes}, expected {wanted}")
        if self.owner.min() < 0 or self.owner.max() >= len(self.photos):
            ends = f"{self.owner.min()} to {self.owner.max()}"
            raise ShapeError(f"owner: got {ends}, expected 0 to {len(self.photos) - 1}")


def find_own(
    photos: Floats, captions: Floats, owner: Ints, *, progress: Listener = silent
) -> Places:
    """Where the photo of each caption stands: photos [N, D], captions [Q, D], owner [Q]."""
    pairs = (np.arange(len(captions)), owner)
    return find_places(captions, photos, pairs, progress=progress)


def score_captions(data: Captioned, *, progress: Listener = silent) -> list[Evaluation]:
    """Text to photo, and photo to text. Every photo and every caption counts.

    Raises UsageError if there are none, ModelError for embeddings that are not finite.
    """
    count = len(data.captions)
    to_photo = find_own(data.photos, data.captions, data.owner, progress=progress)
    own = (data.owner, np.arange(count))
    to_text = find_places(data.photos, data.captions, own, progress=progress)
    asked = np.unique(data.owner)
    texts, photos, answered = f"{count} captions", f"{len(data.photos)} photos", len(asked)
    return [
        Evaluation(
            asked="text to photo",
            protocol=(
                f"Each of {texts} is asked of all {photos}, of which its own is right.",
                "Intervals draw photos with all of their captions.",
                _TIES,
            ),
            queries=data.caption_names,
            values=_values(to_photo, is_any=False),
            groups=data.owner,
            notes=_notes(to_photo),
        ),
        Evaluation(
            asked="photo to text",
            protocol=(
                f"Each of {answered} photos is asked of all {texts}.",
                "R@k says how often any of its own captions is within the first k.",
                _TIES,
            ),
            queries=tuple(data.photo_names[place] for place in asked),
            values={name: values[asked] for name, values in _values(to_text, is_any=True).items()},
            notes=_notes(to_text),
        ),
    ]


def score_judged(data: Captioned, qrels: Qrels, *, progress: Listener = silent) -> Evaluation:
    """Text to photo by judgements: of captions by their names, of photos by theirs, graded.

    Raises UsageError for names that the data does not have.
    """
    asked = tuple(sorted(qrels))
    captions = _known(asked, data.caption_names, "queries")
    listed = [
        (at, name, grade) for at, query in enumerate(asked) for name, grade in qrels[query].items()
    ]
    photos = _known(sorted({name for _, name, _ in listed}), data.photo_names, "photos")
    right = [(at, photos[name], grade) for at, name, grade in listed if grade >= 1]
    at, photo, grade = np.array(sorted(right), np.int64).reshape(-1, 3).T
    queries = data.captions[[captions[name] for name in asked]]
    places = find_places(queries, data.photos, (at, photo), progress=progress)
    return Evaluation(
        asked="judged",
        protocol=(
            f"{len(asked)} judged queries are asked of all {len(data.photos)} photos.",
            "A grade of 1 or more is relevant, and the gain of nDCG is the grade.",
            "R@k is the share of the relevant photos within the first k.",
            _TIES,
        ),
        queries=asked,
        values=_values(places, is_any=False, grades=grade),
        notes=(*_notes(places), *_without_any(asked, at)),
    )


def _without_any(asked: tuple[str, ...], found: Ints) -> tuple[str, ...]:
    empty = len(asked) - len(set(found.tolist()))
    told = f"{empty} judged queries have no relevant photo and count as 0."
    return (told,) if empty else ()


def _values(places: Places, *, is_any: bool, grades: Ints | None = None) -> dict[str, Values]:
    found = expected.success if is_any else expected.recall
    values = {f"R@{k}": found(places, k) for k in CUTOFFS}
    return values | {
        "MRR": expected.reciprocal_rank(places),
        "MAP": expected.average_precision(places),
        "nDCG@10": expected.ndcg(places, 10, grades),
        RANK: expected.rank(places),
    }


def _notes(places: Places) -> tuple[str, ...]:
    ties = places.tied_pairs()
    return (f"{ties} right answers share their score with others." if ties else "No ties.",)


def _known(
    names: tuple[str, ...] | list[str], known: tuple[str, ...], kind: str
) -> Mapping[str, int]:
    """Their places. Raises UsageError that counts those that are not known, and names one."""
    places = {name: place for place, name in enumerate(known)}
    unknown = [name for name in names if name not in places]
    if unknown:
        raise UsageError(
            f"the judgements name {len(unknown)} {kind} that the data does not have: got "
            f"{unknown[0]!r}, expected names such as {known[0]!r}"
        )
    return {name: places[name] for name in names}
