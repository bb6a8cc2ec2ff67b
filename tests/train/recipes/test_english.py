"""English words that a tokenizer should know."""

from __future__ import annotations

import pytest

from photosearch.text.spelling import Spelling
from photosearch.train.recipes.english import dictionary, english_words, with_english


@pytest.fixture(scope="module")
def words() -> list[str]:
    return english_words()


def test_they_are_lower_case_letters_without_repetition(words: list[str]) -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert len(set(words)) == len(words) > 50_000


def test_the_more_frequent_come_first(words: list[str]) -> None:
    places = [words.index(word) for word in ("the", "dog", "zebra", "yurts")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "word", ["ramen", "latte", "tapas", "fjord", "ukulele", "ikea", "nikon", "gopro", "selfie"]
)
def test_words_and_names_that_people_use_are_known(words: list[str], word: str) -> None:
    assert Spelling(words, {}).mend(word) == word


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("definately", "definitely"),
        ("recieve", "receive"),
        ("restuarant", "restaurant"),
        ("ukelele", "ukulele"),
        ("sandwhich", "sandwich"),
    ],
)
def test_frequent_slips_are_not(words: list[str], slip: str, meant: str) -> None:
    assert slip not in dictionary()
    assert Spelling(words, {}).mend(slip) == meant


def test_words_that_were_read_come_first(words: list[str]) -> None:
    found = with_english(["zebra", "qanun", "zebra"])
    assert found[:3] == ["zebra", "qanun", "the"]
    assert len(found) == len(words) + 1
