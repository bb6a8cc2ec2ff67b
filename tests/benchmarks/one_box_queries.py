"""Queries over a simulated library: captions and concepts with dates, places and negation in them.

What is right follows from what is true of a photo (its time and place, whatever its file says), and
from the captions of the picture that it was made from: a photo shows a concept if two of its five
captions name it, and is free of it if none does.

Legend: N photos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from export.measure.concepts import CONCEPTS, shown_by_captions
from photosearch.data.photos import CaptionedPhoto
from photosearch.testing import SimulatedPhoto
from tests.fixtures.draw import Draw

Mask = NDArray[np.bool_]

KINDS: Final = ("plain", "date", "place", "without", "date and place", "words")
_EACH: Final = 200  # queries of a kind, at most
_TOLD: Final = 2  # captions that must name what is wanted
_MOST: Final = 50  # photos that are right: more say little of the first ten
_MONTHS: Final = tuple(datetime(2000, month, 1).strftime("%B").lower() for month in range(1, 13))
_NAMES: Final = tuple(CONCEPTS)
_SEASONS: Final = ("winter", "spring", "summer", "autumn")


@dataclass(frozen=True, eq=False)
class InjectedQuery:
    """A query as it may be typed, and the photos that answer it."""

    kind: str
    text: str
    relevant: Mask  # [N]


def injected(
    photos: Sequence[SimulatedPhoto], captions: Sequence[CaptionedPhoto]
) -> Iterator[InjectedQuery]:
    """Queries of each kind; `captions` [N] are those of each photo's source."""
    draw = Draw(17)
    shown = {name: shown_by_captions(name, captions) for name in CONCEPTS}
    makers: dict[str, Callable[[], InjectedQuery | None]] = {
        "plain": lambda: _plain(draw, photos, captions),
        "date": lambda: _dated(draw, photos, captions, shown),
        "place": lambda: _placed(draw, photos, captions, shown),
        "without": lambda: _without(draw, shown),
        "date and place": lambda: _both(draw, photos, shown),
        "words": lambda: _words(draw, photos, shown),
    }
    for kind in KINDS:
        seen: dict[str, InjectedQuery] = {}
        for _ in range(20 * _EACH):
            query = makers[kind]()
            if query is not None and len(seen) < _EACH and 1 <= query.relevant.sum() <= _MOST:
                seen.setdefault(query.text, query)
        yield from seen.values()


def _plain(
    draw: Draw, photos: Sequence[SimulatedPhoto], captions: Sequence[CaptionedPhoto]
) -> InjectedQuery:
    at = draw.below(len(photos))
    return InjectedQuery("plain", draw.one(captions[at].captions), _of_source(photos, at))


def _of_source(photos: Sequence[SimulatedPhoto], at: int) -> Mask:
    """The photo, and those of its burst."""
    return np.array([photo.source == photos[at].source for photo in photos])


def _dated(
    draw: Draw,
    photos: Sequence[SimulatedPhoto],
    captions: Sequence[CaptionedPhoto],
    shown: dict[str, NDArray[np.int64]],
) -> InjectedQuery:
    """A caption or a concept, and the time of a photo."""
    at = draw.below(len(photos))
    phrase, within = _time(draw, photos, photos[at].taken_at)
    if draw.below(2):
        caption = draw.one(captions[at].captions).rstrip(" .")
        return InjectedQuery("date", f"{caption} {phrase}", _of_source(photos, at) & within)
    concept = draw.one(_NAMES)
    return InjectedQuery("date", f"{concept} {phrase}", (shown[concept] >= _TOLD) & within)


def _time(draw: Draw, photos: Sequence[SimulatedPhoto], taken: datetime) -> tuple[str, Mask]:
    """How a person might tell a time, and the photos within it."""
    season = _SEASONS[taken.month % 12 // 3]
    year = taken.year - (taken.month < 3 and season == "winter")
    forms: tuple[tuple[str, Callable[[datetime], object]], ...] = (
        (f"{taken.year}", lambda time: time.year),
        (f"in {_MONTHS[taken.month - 1]} {taken.year}", lambda time: (time.year, time.month)),
        (f"in {_MONTHS[taken.month - 1]}", lambda time: time.month),
        (f"{season} {year}", _season),
        (f"on {taken.day} {_MONTHS[taken.month - 1]} {taken.year}", lambda time: time.date()),
        (f"on a {taken:%A}".lower().replace(" a ", " "), lambda time: time.weekday()),
    )
    phrase, key = draw.one(forms)
    wanted = key(taken)
    return phrase, np.array([key(photo.taken_at) == wanted for photo in photos])


def _season(time: datetime) -> tuple[int, int]:
    """The year in which a season of the north begins, and its number."""
    return time.year - (time.month < 3), time.month % 12 // 3


def _placed(
    draw: Draw,
    photos: Sequence[SimulatedPhoto],
    captions: Sequence[CaptionedPhoto],
    shown: dict[str, NDArray[np.int64]],
) -> InjectedQuery | None:
    """A caption or a concept, and where a photo was taken."""
    at = draw.below(len(photos))
    if not photos[at].place:
        return None
    phrase = draw.one((f"in {photos[at].place}", photos[at].place, photos[at].place.lower()))
    there = np.array([photo.place == photos[at].place for photo in photos])
    if draw.below(2):
        caption = draw.one(captions[at].captions).rstrip(" .")
        return InjectedQuery("place", f"{caption} {phrase}", _of_source(photos, at) & there)
    concept = draw.one(_NAMES)
    return InjectedQuery("place", f"{concept} {phrase}", (shown[concept] >= _TOLD) & there)


def _without(draw: Draw, shown: dict[str, NDArray[np.int64]]) -> InjectedQuery | None:
    """A concept without another one that some of its photos show."""
    wanted, unwanted = draw.one(_NAMES), draw.one(_NAMES)
    right, wrong = shown[wanted] >= _TOLD, shown[unwanted] > 0
    if wanted == unwanted or (right & wrong).sum() < 3:
        return None
    sign = draw.one(("without", "no", "not", "-"))
    text = f"{wanted} -{unwanted}" if sign == "-" else f"{wanted}, {sign} {unwanted}"
    return InjectedQuery("without", text, right & ~wrong)


def _both(
    draw: Draw, photos: Sequence[SimulatedPhoto], shown: dict[str, NDArray[np.int64]]
) -> InjectedQuery | None:
    """A concept, a year and a place."""
    photo = photos[draw.below(len(photos))]
    if not photo.place:
        return None
    right = np.array(
        [each.place == photo.place and each.taken_at.year == photo.taken_at.year for each in photos]
    )
    concept = draw.one(_NAMES)
    text = f"{concept} {photo.place.lower()} {photo.taken_at.year}"
    return InjectedQuery("date and place", text, (shown[concept] >= _TOLD) & right)


def _words(
    draw: Draw, photos: Sequence[SimulatedPhoto], shown: dict[str, NDArray[np.int64]]
) -> InjectedQuery | None:
    """A person, an album or a keyword, and a concept."""
    photo = photos[draw.below(len(photos))]
    told = [("people", each) for each in photo.people] + [
        ("keywords", each) for each in photo.keywords
    ]
    if not told:
        return None
    field, word = draw.one(told)
    having = np.array([word in getattr(each, field) for each in photos])
    if draw.below(2):
        return InjectedQuery("words", word.lower(), having)
    concept = draw.one(_NAMES)
    return InjectedQuery("words", f"{word} {concept}".lower(), (shown[concept] >= _TOLD) & having)
