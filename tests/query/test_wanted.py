"""What a reading asks of photos."""

from __future__ import annotations

from datetime import datetime

from photosearch.query.read import read_query
from photosearch.query.reading import Reading
from photosearch.query.wanted import MOST_QUERIES, filters_of, place_words, queries_of, words_of
from photosearch.types import Filter, Query, Term


def read(text: str) -> Reading:
    return read_query(text, now=datetime(2026, 11, 26, 10), zone="Europe/Berlin")


def test_words_alone_filter_nothing() -> None:
    assert filters_of(read("dog on a beach")) == ()


def test_all_that_is_read_filters_together() -> None:
    assert filters_of(read("my favourites, mondays in 2019 at night, shot on iphone")) == (
        Filter(
            since=datetime(2019, 1, 1),
            until=datetime(2020, 1, 1),
            weekdays=frozenset({1}),
            hours=((22, 6),),
            camera="iphone",
            favourites=True,
        ),
    )


def test_kinds_of_photos_are_alternatives_and_states_are_not() -> None:
    assert filters_of(read("selfies, screenshots, dark")) == (
        Filter(media=frozenset({"selfie", "screenshot"})),
        Filter(media=frozenset({"dark"})),
    )


def test_each_alternative_is_a_query_with_the_other_terms() -> None:
    assert queries_of(read("cat or dog, -people")) == (
        Query((Term("people", -0.5), Term("cat"))),
        Query((Term("people", -0.5), Term("dog"))),
    )


def test_too_many_alternatives_are_words() -> None:
    text = ", ".join(f"a{each} or b{each}" for each in range(4))
    assert MOST_QUERIES < 2**4
    assert len(queries_of(read(text))) == 1


def test_filters_alone_are_no_query() -> None:
    assert queries_of(read("lisbon 2019")) == ()


def test_words_beside_a_photo_are_those_that_say_something() -> None:
    assert words_of(read('the receipt with "Grand Hotel" -people 2019')) == (
        "receipt",
        "Grand",
        "Hotel",
    )


def test_a_place_is_looked_for_as_it_is_called_and_as_it_was_typed() -> None:
    assert place_words(read("beach near the lisboa")) == ("Lisbon", "lisboa")
    assert place_words(read("lisbon")) == ("Lisbon", "lisbon")
    assert place_words(read("beach")) == ()
