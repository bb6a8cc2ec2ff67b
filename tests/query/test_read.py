"""Queries as people type them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import QueryError, UsageError
from photosearch.query.library import Cell, Library
from photosearch.query.parse import parse_query
from photosearch.query.read import MOST_WORDS, read_query
from photosearch.query.reading import Reading
from photosearch.text.unicode_tables import PUNCTUATION, REMOVED, SPACE, is_flagged, is_visible
from tests.growth import growth

NOW = datetime(2026, 11, 26, 10)


def read(text: str, **given: Any) -> Reading:
    options: dict[str, Any] = {"now": NOW, "zone": "Europe/Berlin"} | given
    return read_query(text, **options)


def terms(reading: Reading) -> list[tuple[str, float]]:
    return [(term.text, term.weight) for term in reading.terms]


def spans(text: str, **given: Any) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.kind) for each in read(text, **given).spans]


def test_words_that_are_nothing_else_stay_as_they_are() -> None:
    for text in ("dog on a beach", "  red\tcar ", "the receipt with the hotel name", "b, c!", "🐶"):
        assert read(text) == Reading(text, parse_query(text).terms)


def test_what_is_read_is_taken_out_of_the_words() -> None:
    reading = read("beach last summer without people")
    assert terms(reading) == [("beach", 1.0), ("people", -0.5)]
    assert reading.when is not None
    assert reading.when.since == datetime(2026, 6, 1)


def test_words_around_what_is_read_are_one_term() -> None:
    assert terms(read("kids in 2019 with a kite")) == [("kids with a kite", 1.0)]


def test_a_comma_before_what_is_read_goes_with_it() -> None:
    assert terms(read("birthday cake, not blurry")) == [("birthday cake", 1.0), ("blurry", -0.5)]


def test_spans_say_which_characters_were_read() -> None:
    assert spans("🐶 in lisbon, 2019") == [("in lisbon", "near"), ("2019", "when")]
    assert spans("cat or dog, -red 'x' car:2") == [
        ("cat or dog", "any"),
        ("-red", "not"),
        ("car:2", "weight"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("photos without people", [("photos", 1.0), ("people", -0.5)]),
        ("beach but no people", [("beach", 1.0), ("people", -0.5)]),
        ("without people and cars", [("people", -0.5), ("cars", -0.5)]),
        ("no people on the beach", [("people", -0.5), ("on the beach", 1.0)]),
        ("dogs except for puppies", [("dogs", 1.0), ("puppies", -0.5)]),
        ("with no hat", [("hat", -0.5)]),
        ("no smoking sign", [("no smoking sign", 1.0)]),
        ("chanel no. 5", [("chanel no. 5", 1.0)]),
        ("why not", [("why not", 1.0)]),
        ("without", [("without", 1.0)]),
    ],
)
def test_what_is_negated_is_a_term_of_negative_weight(
    text: str, expected: list[tuple[str, float]]
) -> None:
    assert terms(read(text)) == expected


def test_times_and_places_that_are_negated_become_words() -> None:
    for text, words in (("beach not in 2020", "in 2020"), ("dogs not in munich", "in munich")):
        reading = read(text)
        assert (reading.when, reading.near) == (None, None)
        assert terms(reading)[-1] == (words, -0.5)
        assert reading.note == f"'{words}' is read as words: times and places cannot be left out"
    assert read("dog -2020").when is None


def test_a_phrase_behind_a_negation_is_negated() -> None:
    reading = read('dog without "anna b"')
    assert terms(reading) == [("dog", 1.0), ("anna b", -0.5)]
    assert reading.exact == ()
    assert spans('dog without "anna b"') == [('without "anna b"', "not")]


def test_outside_a_place_is_away_from_it() -> None:
    reading = read("beach outside paris")
    assert reading.near is None
    assert reading.away is not None
    assert reading.away.name == "Paris"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red car or motorbike", (("red car", "motorbike"),)),
        ("cat|dog | bird", (("cat", "dog", "bird"),)),
        ("a, b or c, d", (("b", "c"),)),
        ("cat or dog 2019 bird or fish", (("cat", "dog"), ("bird", "fish"))),
        ("or or or", ()),
        ("cat or", ()),
        ("lisbon or porto", (("lisbon", "porto"),)),
    ],
)
def test_alternatives_stand_side_by_side(text: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert read(text).any == expected


def test_quoted_words_must_stand_beside_or_in_the_photo() -> None:
    reading = read('receipt "grand  hotel"')
    assert reading.exact == ("grand hotel",)
    assert terms(reading) == [("receipt", 1.0)]


def test_phrases_with_a_sign_or_a_weight_are_terms_as_ever() -> None:
    reading = read('"red car":2 street -"palm trees"')
    assert reading.exact == ()
    assert reading.terms == parse_query('"red car":2 street -"palm trees"').terms


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("screenshots of receipts", ("screenshot",)),
        ("a selfie in paris", ("selfie",)),
        ("dark", ("dark",)),
        ("dark photos 2019", ("dark",)),
        ("lisbon, black and white", ("black-and-white",)),
        ("dog in black and white", ("black-and-white",)),
        ("live photos", ("live",)),
        ("selfies and screenshots", ("selfie", "screenshot")),
    ],
)
def test_kinds_of_photos_are_told_from_words(text: str, media: tuple[str, ...]) -> None:
    assert read(text).media == media


@pytest.mark.parametrize(
    "text",
    ["dark chocolate", "black and white dog", "live music", "portrait of a lady", "video game",
     "selfie stick", "burst of flowers", "my favourite dog", "two people"],
)  # fmt: skip
def test_words_that_only_look_like_kinds_of_photos_stay_words(text: str) -> None:
    assert read(text) == Reading(text, parse_query(text).terms)


def test_favourites_and_cameras_are_told_from_words() -> None:
    assert read("my favourite photos").favourites
    assert read("dog shot on iphone 12 in 2020").camera == "iphone 12"
    assert read("with my dog").camera is None


def test_a_language_that_the_model_does_not_know_is_told() -> None:
    for text, name in (("un perro en la playa", "Spanish"), ("ein hund am strand", "German")):
        assert read(text).note == f"the model knows English only: this query looks {name}"
    assert "cannot read" in (read("собака на пляже").note or "")
    for text in ("casa", "la la land", "café au lait", "a dog, naturally", "🐶"):
        assert read(text).note is None


def test_a_second_place_and_a_second_time_stay_words_with_a_note() -> None:
    reading = read("lisbon 2019 porto 2021")
    assert terms(reading) == [("porto 2021", 1.0)]
    assert reading.note is not None
    assert reading.note.count("is read as words") == 2


def test_notes_on_signs_are_those_of_the_words_that_stay() -> None:
    assert read("2019 - 2021").note is None
    assert "as a dash" in (read("dog - beach").note or "")


def test_a_library_without_dates_leaves_dates_as_words() -> None:
    reading = read("rocket at night", library=Library(list, lambda: False))
    assert terms(reading) == [("rocket at night", 1.0)]
    assert reading.when is None
    assert reading.note == "few photos of this library have a date: 'at night' is read as words"


def test_the_hemisphere_is_that_of_the_photos_and_else_of_the_zone() -> None:
    def since(**given: Any) -> datetime | None:
        when = read("last summer", **given).when
        assert when is not None
        return when.since

    south = Library(lambda: [Cell(-33.85, 151.25, 2), Cell(48.85, 2.35, 1)])
    assert since() == datetime(2026, 6, 1)
    assert since(zone="Australia/Sydney") == datetime(2025, 12, 1)
    assert since(library=south) == datetime(2025, 12, 1)
    assert since(zone="Australia/Sydney", library=Library(lambda: [Cell(52.5, 13.4, 1)])) == (
        datetime(2026, 6, 1)
    )


def test_more_words_than_people_type_are_words() -> None:
    text = "2019 " * (MOST_WORDS + 1)
    assert read(text).when is None
    assert "more than 64 words" in (read(text).note or "")
    assert terms(read(text)) == [(text.strip(), 1.0)]


def test_a_text_without_a_visible_character_is_no_query() -> None:
    for text in ("", " \n", "\u200b"):
        with pytest.raises(QueryError, match="expected words"):
            read(text)


def test_a_zone_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="zone: got 'Mars/Base', expected an IANA name"):
        read_query("today", zone="Mars/Base")


@pytest.mark.parametrize("now", [datetime(1, 1, 1), datetime(9999, 12, 31, 23)])
@pytest.mark.parametrize(
    "text",
    ["last summer", "two years ago", "999 years ago", "last night", "tonight", "this winter",
     "last decade", "before christmas", "last week", "the last 12 months"],
)  # fmt: skip
def test_what_lies_beyond_the_calendar_stays_words(now: datetime, text: str) -> None:
    read(text, now=now)


WORDS = st.sampled_from(
    ["dog", "in", "2019", "may", "3", "last", "summer", "or", "without", "lisbon", "the", "two",
     "weeks", "ago", '"x y"', "-a", "b:2", "|", ",", "from", "to", "-", "paris,", "texas", "perro"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_reading_never_throws_on_visible_text_and_loses_no_character(text: str) -> None:
    if not is_visible(text):
        return
    reading = read(text)
    kept = list("".join([each.text for each in reading.terms]))
    for span in reading.spans:
        kept += text[span.start : span.end]
    for char in text:
        if not is_flagged(char, SPACE | REMOVED | PUNCTUATION):
            assert char in kept
            kept.remove(char)


@given(
    st.lists(
        st.sampled_from(
            ["dog", "cat", "red", "car", "beach", "tree", "sky", "house", "blue", "tall"]
        ),
        min_size=1,
    )
)
def test_plain_words_come_through_unchanged(words: list[str]) -> None:
    text = " ".join(words)
    assert read(text).terms == parse_query(text).terms


@pytest.mark.parametrize("word", ["dog ", "2019 ", "or ", "x", "lisbon, ", '"', "-a ", "a|"])
def test_time_is_linear_in_the_length(word: str) -> None:
    assert growth(lambda count: lambda: read(word * count), 10_000) < 8
