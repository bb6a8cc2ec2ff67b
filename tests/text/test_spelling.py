"""Slips of typing, mended before a word is cut into pieces."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.text.spelling import LONGEST, SHORTEST, Spelling, one_slip_away
from photosearch.text.wordpiece import WordPiece

WORDS = ["bridge", "cat", "beach", "peach", "astronaut", "strasse", "cart"]


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(WORDS, {})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("brigde", "bridge"),  # swapped
        ("bidge", "bridge"),  # left out
        ("bridgee", "bridge"),  # doubled
        ("bruidge", "bridge"),  # added
        ("bradge", "bridge"),  # another
        ("astronuat", "astronaut"),
        ("cats", "cat"),
        ("carta", "cart"),
    ],
)
def test_a_slip_is_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.mend(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "bridge",
        "rbidge",  # the first letter
        "brgdie",  # two slips
        "cta",  # too short
        "bridg3",
        "br\u00eddge",
        "\u6865\u6881\u6865\u6881",
        "",
        "bridge" * 10,
        "##idge",
    ],
)
def test_other_words_stay(spelling: Spelling, word: str) -> None:
    assert spelling.mend(word) == word


def test_the_likelier_word_is_taken() -> None:
    assert Spelling(["beach", "bench"], {}).mend("beech") == "beach"
    assert Spelling(["bench", "beach"], {}).mend("bezch") == "bench"
    assert Spelling(["cast", "cart"], {}).mend("cazt") == "cast"
    assert Spelling(["cart", "cast"], {}).mend("cazt") == "cart"


def test_what_is_one_slip_away_is_one_edit_behind_the_first_letter_away() -> None:
    words = ["".join(letters) for n in range(1, 5) for letters in product("abc", repeat=n)]
    for one in words:
        found = set(one_slip_away(one))
        for other in words:
            near = other[0] == one[0] and edits(one[1:], other[1:]) == 1
            assert (other in found) == near or one == other, (one, other)


def edits(one: str, other: str) -> int:
    """Optimal string alignment distance, by its recurrence."""
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)]
            for i in range(len(one) + 1)]  # fmt: skip
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text())
def test_any_text_is_mended_without_an_error(text: str) -> None:
    assert Spelling(WORDS, {}).mend(text) in {text, *WORDS}


def test_the_bounds_are_of_letters() -> None:
    short, long = "a" * SHORTEST, "a" * LONGEST
    assert Spelling(["a" * (SHORTEST - 1)], {}).mend(short) == "a" * (SHORTEST - 1)
    assert Spelling(["a" * (LONGEST - 1)], {}).mend(long) == "a" * (LONGEST - 1)
    assert Spelling([long], {}).mend(long + "a") == long + "a"


PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bridge", "b", "##rigde", "over", "##s", "brigand"]


def test_the_tokenizer_mends_with_a_list_of_words_only() -> None:
    plain = WordPiece(PIECES, context=9)
    mending = WordPiece(PIECES, context=9, words="bridge")
    assert plain.encode("Brigde") == [2, 5, 6, 3]
    assert mending.encode("Brigde") == [2, 4, 3]


def test_words_of_the_list_and_of_the_vocabulary_stay_as_they_are() -> None:
    tokenizer = WordPiece(PIECES, context=9, words="brigde")
    assert tokenizer.encode("brigde over") == [2, 5, 6, 7, 3]


def test_a_slip_becomes_a_word_of_the_list_only() -> None:
    pieces = [*PIECES, "bridges"]
    assert WordPiece(pieces, context=9, words="over").encode("bridgec") == [2, 1, 3]
    assert WordPiece(pieces, context=9, words="over\nbridges\n").encode("bridgec") == [2, 10, 3]


def test_of_a_word_that_is_listed_twice_the_first_place_counts() -> None:
    assert Spelling(["cart", "cast", "cart"], {}).mend("cazt") == "cart"
