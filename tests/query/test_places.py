"""Places as people type them, and what a library says of them."""

from __future__ import annotations

from datetime import datetime

import pytest

from photosearch.query.library import Cell, Library
from photosearch.query.read import read_query
from photosearch.query.reading import Place, Reading

LIBRARY = Library.of(
    [Cell(33.65, -95.55, 40), Cell(43.75, 7.25, 12), Cell(52.55, 13.35, 900), Cell(51.45, -0.95, 5)]
)


def read(text: str, library: Library | None = None) -> Reading:
    return read_query(text, now=datetime(2026, 11, 26, 10), zone="Europe/Berlin", library=library)


def near(text: str, library: Library | None = None) -> tuple[str, int, int] | None:
    """Name, and whole degrees."""
    place = read(text, library).near
    return (place.name, round(place.latitude), round(place.longitude)) if place else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lisbon", ("Lisbon", 39, -9)),
        ("lisboa 2019", ("Lisbon", 39, -9)),
        ("in münchen", ("Munich", 48, 12)),
        ("MUNICH", ("Munich", 48, 12)),
        ("firenze", ("Florence", 44, 11)),
        ("new york city", ("New York", 41, -74)),
        ("new york", ("New York", 41, -74)),
        ("são paulo", ("São Paulo", -24, -47)),
        ("tuscany", ("Tuscany", 43, 11)),
        ("in the alps", ("Alps", 47, 10)),
        ("germany", ("Germany", 51, 10)),
        ("barcelna", ("Barcelona", 41, 2)),
        ("munihc", ("Munich", 48, 12)),
        ("amsterdaam", ("Amsterdam", 52, 5)),
        ("paris", ("Paris", 49, 2)),
        ("paris, texas", ("Paris", 34, -96)),
        ("london ontario", ("London", 43, -81)),
        ("dog in the sand near lisbon", ("Lisbon", 39, -9)),
    ],
)
def test_a_place_is_known_by_its_names(text: str, expected: tuple[str, int, int]) -> None:
    assert near(text) == expected


@pytest.mark.parametrize(
    "text",
    ["nice", "nice dog", "in nice", "reading", "reading a book", "mobile phone", "orange cat",
     "bath", "in bath", "split", "a split log", "there are two dogs", "sunset", "garden", "flower",
     "una foto", "lisbon or porto", "beach", "church", "turkey on a plate"]
)  # fmt: skip
def test_ordinary_words_are_no_places(text: str) -> None:
    assert near(text) is None


def test_a_word_is_a_place_behind_a_preposition_if_the_library_has_photos_there() -> None:
    assert near("in nice", LIBRARY) == ("Nice", 44, 7)
    assert near("near reading", LIBRARY) == ("Reading", 51, -1)
    assert near("nice dog", LIBRARY) is None
    assert near("in split", LIBRARY) is None


def test_of_places_of_one_name_it_is_the_one_with_most_photos() -> None:
    assert near("paris", LIBRARY) == ("Paris", 34, -96)
    assert near("paris", Library.of([Cell(33.65, -95.55, 2), Cell(48.85, 2.35, 3)])) == (
        ("Paris", 49, 2)
    )


def test_a_place_without_photos_stays_words_with_a_note() -> None:
    reading = read("beach in tokyo", LIBRARY)
    assert [term.text for term in reading.terms] == ["beach in tokyo"]
    assert reading.note == "no photo of this library was taken near Tokyo: it is read as words"
    assert read("lisbon", Library.of([])).near is None


def test_a_circle_has_a_name_and_a_radius() -> None:
    place = read("lisbon").near
    assert place is not None
    assert place == Place("Lisbon", place.latitude, place.longitude, place.radius_km)
    assert 5 <= place.radius_km <= 40


def test_home_is_where_most_photos_were_taken() -> None:
    assert near("cat near home", LIBRARY) == ("home", 53, 13)
    assert read("near home").near is None
    assert [term.text for term in read("near home").terms] == ["near home"]


def test_trips_and_abroad_are_away_from_home() -> None:
    trip, abroad = read("on a trip", LIBRARY).away, read("beach abroad", LIBRARY).away
    assert trip is not None
    assert (trip.name, trip.radius_km) == ("home", 100.0)
    assert abroad is not None
    assert abroad.name == "Germany"
    assert read("abroad").away is None
