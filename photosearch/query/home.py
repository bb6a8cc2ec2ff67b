"""Reads places that a library knows and no gazetteer: near home, on a trip, abroad.

Home is where most photos were taken. A trip is what lies farther off than people go for a day;
abroad is what lies outside the circle of the country.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from photosearch.query.gazetteer import GazetteerPlace, gazetteer
from photosearch.query.library import Cell, Library, distance_km
from photosearch.query.reading import Place
from photosearch.query.words import Run, by_first_word

_HOME: Final = "home"
_HOME_KM: Final = 12.0  # the cell of home, and some way around it
_TRIP_KM: Final = 100.0
_NEAR, _TRIP, _ABROAD = "near", "trip", "abroad"
_NAMES: Final = by_first_word(
    (
        (("near", "home"), _NEAR),
        (("close", "to", "home"), _NEAR),
        (("around", "home"), _NEAR),
        (("at", "home"), _NEAR),
        (("on", "a", "trip"), _TRIP),
        (("on", "trips"), _TRIP),
        (("on", "my", "trip"), _TRIP),
        (("on", "our", "trip"), _TRIP),
        (("on", "holiday"), _TRIP),
        (("on", "holidays"), _TRIP),
        (("on", "vacation"), _TRIP),
        (("abroad",), _ABROAD),
        (("overseas",), _ABROAD),
    )
)


class HomeFound(NamedTuple):
    """A circle around home, and the place behind the last word that names it."""

    end: int
    place: Place
    is_away: bool  # outside the circle


def read_home(run: Run, at: int, library: Library | None) -> HomeFound | None:
    """What is told from home at a word; None in a library of which no home is known."""
    for words, kind in _NAMES.get(run.key(at), ()):
        if run.keys(at, len(words)) == words:
            home = library.home if library is not None else None
            return _circle(at + len(words), kind, home) if home else None
    return None


def _circle(end: int, kind: str, home: Cell) -> HomeFound | None:
    if kind == _ABROAD:
        country = _country(home.latitude, home.longitude)
        if country is None:
            return None
        circle = Place(country.name, country.latitude, country.longitude, country.radius_km)
        return HomeFound(end, circle, is_away=True)
    radius_km = _HOME_KM if kind == _NEAR else _TRIP_KM
    circle = Place(_HOME, home.latitude, home.longitude, radius_km)
    return HomeFound(end, circle, is_away=kind == _TRIP)


@lru_cache(16)
def _country(latitude: float, longitude: float) -> GazetteerPlace | None:
    """The country of the nearest place: the largest circle of its code."""
    largest: dict[str, GazetteerPlace] = {}
    nearest, least = None, float("inf")
    for place in gazetteer().places():
        if place.country:
            known = largest.get(place.country)
            if known is None or place.radius_km > known.radius_km:
                largest[place.country] = place
            # the haversine of all 40,000 would take as long again: a degree is 111 km at least
            if abs(place.latitude - latitude) * 111 < least:
                far = distance_km((latitude, longitude), (place.latitude, place.longitude))
                if far < least:
                    nearest, least = place, far
    return largest[nearest.country] if nearest else None
