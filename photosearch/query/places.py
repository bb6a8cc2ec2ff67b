"""Reads the place that begins at a word: Lisbon, in Tuscany, near Paris, Texas.

A name that is an ordinary word too (nice, reading) is a place behind a preposition only, and if the
library has photos from there; one that people bear (Jordan), of a small town, or of another
language, behind a preposition, or if the library has. Of several places of a name it is the one
with most photos, else the best known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from photosearch.query.dates.vocabulary import FUNCTION_WORDS
from photosearch.query.gazetteer import (
    MOST_WORDS,
    GazetteerPlace,
    fold_name,
    gazetteer,
)
from photosearch.query.language import is_foreign
from photosearch.query.library import Library, distance_km
from photosearch.query.reading import Place
from photosearch.query.words import Run

_LEADS: Final = frozenset(
    ("around", "at", "from", "in", "inside", "near", "outside", "through", "to", "visiting")
)
_LEAST: Final = 50_000  # people in a town that is meant by its name alone
_SHORT: Final = 3  # letters of a name
_LEAST_SHORT: Final = 1_000_000  # people in a place of such a name
_MOST_SLIPPED: Final = 2  # words of a name with a slip
OUTSIDE: Final = "outside"
_OR: Final = frozenset(("or", "|"))
_NOT_THERE: Final = "no photo of this library was taken near {}: it is read as words"


class PlaceFound(NamedTuple):
    """A place that words name, and the place behind the last of these words."""

    end: int
    place: Place | None  # None if they stay words
    note: str = ""
    is_away: bool = False  # outside the circle


def read_place(run: Run, at: int, library: Library | None) -> PlaceFound | None:
    """The place that is named from a word on; None if none is.

    Without a library the best known place of a name is meant.
    """
    if run.key(at - 1) in _OR:  # one of several, which no one circle holds
        return None
    start, is_led = _behind_lead(run, at)
    if run.key(start) in FUNCTION_WORDS:
        return None
    for count in range(min(MOST_WORDS, len(run) - start), 0, -1):
        if any(run.words[place].ends for place in range(start, start + count - 1)):
            continue
        if run.key(start) in _OR or run.key(start + count - 1) in _OR:
            continue
        key = fold_name(" ".join(word.text for word in run.words[start : start + count]))
        places = _named(key, is_led=is_led, library=library)
        if places:
            found = _found(run, start + count, places, library)
            is_away = run.key(at) == OUTSIDE and start > at
            return found and found._replace(is_away=is_away)
    return None


def _behind_lead(run: Run, at: int) -> tuple[int, bool]:
    """The place behind a preposition and an article, and whether the preposition is one of
    place."""
    lead = run.key(at)
    start = at + 1 if (lead in _LEADS or lead == "of") and run.next(at + 1) else at
    if run.keys(at, 2) == ("close", "to") and run.next(at + 2):
        start = at + 2
    is_article = (run.next(start) if start > at else run.key(start)) == "the"
    return start + (is_article and bool(run.next(start + 1))), start > at and lead != "of"


def _named(key: str, *, is_led: bool, library: Library | None) -> Sequence[GazetteerPlace]:
    """The places of a name, if it is meant as one."""
    names = gazetteer()
    places = names.find(key)
    if not places and _may_be_slip(key):
        places = names.find_fuzzy(key)
    if not places:
        return ()
    is_there = library is not None and any(map(library.photos_in, places))
    if names.is_word(key):
        return places if is_led and is_there else ()
    return places if is_led or is_there or _is_known(key, places[0]) else ()


def _is_known(key: str, place: GazetteerPlace) -> bool:
    """Whether a name that stands alone means that place, and nothing else."""
    if gazetteer().is_given_name(key) or is_foreign(key):
        return False
    least = _LEAST_SHORT if len(key) <= _SHORT else _LEAST
    return place.population == 0 or place.population >= least  # sights and regions have none


def _may_be_slip(key: str) -> bool:
    """Whether each word is one of a name: "new yrok", but not "fish and" for Fishhand."""
    words = key.split(" ")
    return FUNCTION_WORDS.isdisjoint(words) and len(words) <= _MOST_SLIPPED


def _found(
    run: Run, end: int, places: Sequence[GazetteerPlace], library: Library | None
) -> PlaceFound | None:
    if run.next(end) in _OR:
        return None
    within, behind = _within(run, end, places)
    chosen = within or _most_photos(places, library)
    if library is not None and not library.photos_in(chosen):
        return PlaceFound(behind, None, _NOT_THERE.format(chosen.name))
    circle = chosen.latitude, chosen.longitude, chosen.radius_km
    return PlaceFound(behind, Place(chosen.name, *circle))


def _within(
    run: Run, at: int, places: Sequence[GazetteerPlace]
) -> tuple[GazetteerPlace | None, int]:
    """The one that lies in the country or region that is named behind it: Paris, Texas."""
    for count in range(min(3, len(run) - at), 0, -1):
        if run.key(at + count - 1) in _OR:
            continue
        key = fold_name(" ".join(word.text for word in run.words[at : at + count]))
        for larger in gazetteer().find(key):
            for place in places:
                if _contains(larger, place):
                    return place, at + count
    return None, at


def _contains(larger: GazetteerPlace, place: GazetteerPlace) -> bool:
    if larger == place or larger.radius_km <= 2 * place.radius_km:
        return False
    here, there = (larger.latitude, larger.longitude), (place.latitude, place.longitude)
    same = not larger.country or larger.country == place.country
    return same and distance_km(here, there) <= larger.radius_km


def _most_photos(places: Sequence[GazetteerPlace], library: Library | None) -> GazetteerPlace:
    return max(places, key=library.photos_in) if library is not None else places[0]
