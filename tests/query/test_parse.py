"""The query language, example by example, and what holds for every text."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import QueryError
from photosearch.query.parse import MAX_TERMS, MAX_WEIGHT, NEGATIVE_WEIGHT, parse_query
from photosearch.types import Query, Term
from tests.growth import LINEAR, growth

PARTS = st.sampled_from(
    [*'"“”-−:.,0 259\n\u3000ab🐶é', "dog", "-beach", '"red car":2', ":1.5", "\udc80"]
)


def _terms(text: str) -> list[tuple[str, float]]:
    return [(term.text, term.weight) for term in parse_query(text).terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("dog on a beach", [("dog on a beach", 1)]),
        ("  dog \n\u3000 beach ", [("dog beach", 1)]),
        ("dog -beach", [("dog", 1), ("beach", -0.5)]),
        ("-beach dog", [("beach", -0.5), ("dog", 1)]),
        ("-beach", [("beach", -0.5)]),
        ("−beach", [("beach", -0.5)]),
        ("dog -beach:2", [("dog", 1), ("beach", -1)]),
        ('dog -"palm trees"', [("dog", 1), ("palm trees", -0.5)]),
        ('dog -"palm trees":3', [("dog", 1), ("palm trees", -1.5)]),
        ('"red car":2 street', [("red car", 2), ("street", 1)]),
        ("car:2.5 street", [("car", 2.5), ("street", 1)]),
        ("car:.5 dog:2.", [("car", 0.5), ("dog", 2)]),
        ("a:2:3", [("a:2", 3)]),
        ('a "red car" there', [("a there", 1), ("red car", 1)]),
        ('"a"b', [("a", 1), ("b", 1)]),
        ('"a""b"', [("a", 1), ("b", 1)]),
        ('"a"-b', [("a", 1), ("b", -0.5)]),
        ("t-shirt -t-shirt", [("t-shirt", 1), ("t-shirt", -0.5)]),
        ('"-beach"', [("-beach", 1)]),
        ('"dog:2"', [("dog:2", 1)]),
    ],
)
def test_words_phrases_weights_and_negation(text: str, terms: list[tuple[str, float]]) -> None:
    assert _terms(text) == terms


@pytest.mark.parametrize(
    "text", ["“red car”:2", "„red car“:2", "”red car”:2", "«\xa0red car\xa0»:2"]
)
def test_typographic_quotes_are_quotes(text: str) -> None:
    assert _terms(text) == [("red car", 2)]


@pytest.mark.parametrize(
    "text",
    [
        *('"red car', 'red car"', '5" nail', '"', '""', "it's", "‘red car’"),
        *("16:9", ":3", ">:3", "12:30", "-5", "dog:", ":2", "a:b", "a:2x", "a:1e3", "a:-2"),
        *("dog:0", "dog:10.01", "localhost:8080", "dog:٢", "--", "-", "--dog", "-_-", "- dog"),
        *("???", "+dog", "(dog OR cat)", "a, b", "🐶", "❤\ufe0f", "👩\u200d👧"),
    ],
)
def test_anything_else_is_plain_text(text: str) -> None:
    assert _terms(text) == [(text, 1)]


def test_a_weight_out_of_range_after_a_phrase_counts_as_one() -> None:
    assert _terms('"red car":50 "blue car":0') == [("red car", 1), ("blue car", 1)]


def test_punctuation_alone_is_no_term_beside_others() -> None:
    assert _terms('"red car", "blue car"') == [("red car", 1), ("blue car", 1)]


def test_empty_phrases_are_no_terms_beside_others() -> None:
    assert _terms('dog "" -" ":2 "\u200b"') == [("dog", 1)]


def test_emoji_take_signs_and_weights() -> None:
    assert _terms("🐶:2 -🌴") == [("🐶", 2), ("🌴", -0.5)]


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000", "\u200b", "\x00", "\ufeff \xad"])
def test_nothing_visible_is_an_error(text: str) -> None:
    with pytest.raises(QueryError, match="expected words"):
        parse_query(text)


def test_ten_thousand_words_are_one_term() -> None:
    text = " ".join(["word"] * 10_000)
    assert parse_query(text) == Query((Term(text),))


def test_more_than_thirty_two_terms_are_prose() -> None:
    text = " ".join(f"-a{i}" for i in range(MAX_TERMS))
    assert len(parse_query(text).terms) == MAX_TERMS
    assert _terms(f"{text}  dog") == [(f"{text} dog", 1)]


def test_an_ordinary_query_reads_no_table() -> None:
    code = (
        "from photosearch.query.parse import parse_query\n"
        "from photosearch.text.unicode_tables import tables\n"
        "parse_query('dog on a beach -cat'); assert tables.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("part", ['"a ', '-"', '"', "1", '""a'])
def test_time_is_linear_in_the_length(part: str) -> None:
    def parse(size: int) -> None:
        parse_query("a:" + part * (size // len(part)) + "x")
        parse_query(part * (size // len(part)) + "x")

    assert growth(parse, 10_000) < LINEAR


@pytest.mark.parametrize(
    ("text", "part", "how"),
    [
        ("dog - beach", "-", "as a dash"),
        ('"dog" − "beach"', "−", "as a dash"),
        ("dog – beach", "–", "as a dash"),
        ("dog —beach", "—beach", "as plain text"),
        ("--dog", "--dog", "as plain text"),
        ("party -5", "-5", "as plain text"),
        ("dog:99", "dog:99", "without a weight"),
        ("dog:0 cat", "dog:0", "without a weight"),
        ("-dog:10.01", "-dog:10.01", "without a weight"),
        ("dog:-1", "dog:-1", "without a weight"),
        ("dog:1,5", "dog:1,5", "without a weight"),
        ('"red car":50', '"red car":50', "without a weight"),
        ('"red car":-2', '"red car":-2', "without a weight"),
        ('"red car', '"red', "without a phrase"),
        ('red car"', 'car"', "without a phrase"),
        ('dog -"palm trees', '-"palm', "without a phrase"),
        ('dog ""', '""', "as nothing"),
    ],
)
def test_a_note_says_how_a_doubtful_part_was_read(text: str, part: str, how: str) -> None:
    (note,) = parse_query(text).notes
    assert note.startswith(f"'{part}' is read {how}")


@pytest.mark.parametrize(
    "text",
    [
        *("dog on a beach", 'dog -beach "red car":2', "t-shirt", "16:9 12:30 :3", "a:2:3"),
        *('5" nail', "6'2\" man", "it's", "a, b", "a:b", '"red car", "blue car"', "-𝟤:2 ???"),
    ],
)
def test_there_is_nothing_to_say_of_an_ordinary_query(text: str) -> None:
    assert parse_query(text).notes == ()


def test_more_terms_than_are_read_are_said() -> None:
    (note,) = parse_query("-a " * (MAX_TERMS + 1)).notes
    assert note.startswith(f"more than {MAX_TERMS} parts are read as one text")


def test_notes_are_few_and_short() -> None:
    notes = parse_query(" ".join(f"{'x' * 99}{i}:99" for i in range(99))).notes
    assert len(notes) == len(set(notes)) <= 5
    assert max(map(len, notes)) < 200


@pytest.mark.parametrize("text", [["a", "b"], None, b"dog", 3, ("a",)])
def test_what_is_no_string_is_an_error(text: Any) -> None:
    with pytest.raises(QueryError, match=f"got {type(text).__name__}, expected a string"):
        parse_query(text)


@given(st.lists(PARTS, max_size=30).map("".join))
def test_every_visible_text_is_a_query_of_sound_terms(text: str) -> None:
    try:
        terms = parse_query(text).terms
    except QueryError:
        assert not any(char.isprintable() and not char.isspace() for char in text)
        return
    assert 1 <= len(terms) <= MAX_TERMS
    for term in terms:
        assert term.text == " ".join(term.text.split()) != ""
        assert NEGATIVE_WEIGHT * MAX_WEIGHT <= term.weight <= MAX_WEIGHT
        assert term.weight != 0


@given(st.lists(PARTS, max_size=30).map("".join))
def test_white_space_at_the_ends_changes_nothing(text: str) -> None:
    try:
        expected = parse_query(text)
    except QueryError:
        return
    assert parse_query(f"\u3000 {text}\n ") == expected


def _written(term: Term) -> str:
    if term.weight < 0:
        return f'-"{term.text}":{term.weight / NEGATIVE_WEIGHT}'
    return f'"{term.text}":{term.weight}'


PHRASES = st.lists(st.sampled_from(["dog", "-x", "a:2", "🐶", "it's", "?"]), min_size=1, max_size=4)
WEIGHTS = st.integers(1, 40).map(lambda quarters: quarters / 4)
TERMS = st.builds(
    Term,
    PHRASES.map(" ".join),
    st.one_of(WEIGHTS, WEIGHTS.map(lambda weight: NEGATIVE_WEIGHT * weight)),
)


@given(st.lists(TERMS, min_size=1, max_size=MAX_TERMS).map(tuple))
def test_terms_written_out_are_read_back(terms: tuple[Term, ...]) -> None:
    draw = random.Random(len(terms))
    text = "".join(_written(term) + draw.choice((" ", "\n", "\u3000")) for term in terms)
    assert parse_query(text) == Query(terms)
