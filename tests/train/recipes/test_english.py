"""English words that a tokenizer should know."""

from __future__ import annotations

import pytest

pytest.importorskip("wordfreq")  # the extra `train`

from photosearch.models import load_encoder
from photosearch.models.builtin import BuiltinEncoder
from photosearch.text.spelling import Spelling
from photosearch.text.wordpiece import WordPiece
from photosearch.train.recipes.english import english_words, likely_meant, with_english


@pytest.fixture(scope="module")
def words() -> list[str]:
    return english_words()


@pytest.fixture(scope="module")
def spelling(words: list[str]) -> Spelling:
    return Spelling(words, ())


def test_they_are_lower_case_letters_without_repetition(words: list[str]) -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert len(set(words)) == len(words) > 100_000


def test_the_more_frequent_come_first(words: list[str]) -> None:
    places = [words.index(word) for word in ("the", "dog", "zebra", "yurts")]
    assert places == sorted(places)


KNOWN = [
    "ramen", "latte", "tapas", "fjord", "ukulele", "mochi", "udon", "ikea", "nikon", "gopro",
    "selfie", "matcha", "boba", "bday", "shiba", "tapirs", "lapwing", "skeptic", "savor", "moldy",
    "sedona", "bondi", "priya", "daniela",
]  # fmt: skip


@pytest.mark.parametrize("word", KNOWN)
def test_words_and_names_that_people_use_are_known(spelling: Spelling, word: str) -> None:
    assert spelling.mend(word) == word


SLIPS = {
    "definately": "definitely", "recieve": "receive", "restuarant": "restaurant",
    "ukelele": "ukulele", "sandwhich": "sandwich", "brigde": "bridge", "astronuat": "astronaut",
}  # fmt: skip


@pytest.mark.parametrize(("slip", "meant"), SLIPS.items())
def test_frequent_slips_are_mended(spelling: Spelling, slip: str, meant: str) -> None:
    assert spelling.mend(slip) == meant


@pytest.mark.parametrize("word", ["nasi", "nani", "anuj", "varina", "nagger"])
def test_no_word_becomes_an_insult(words: list[str], spelling: Spelling, word: str) -> None:
    assert not {"nazi", "anal", "anus", "vagina", "nigger"} & {*words, spelling.mend(word)}


def test_what_is_likely_meant_is_one_likely_slip_away() -> None:
    meant = set(likely_meant("ramen"))
    assert {"raemn", "rumen", "ramein", "ramens", "ramemn"} <= meant
    assert not {"raven", "rame", "amen", "aramen"} & meant
    assert "bok" in set(likely_meant("book"))


def test_words_that_were_read_come_first(words: list[str]) -> None:
    found = with_english(["zebra", "qanun", "zebra"])
    assert found[:3] == ["zebra", "qanun", "the"]
    assert len(found) == len(words) + 1


def test_the_built_in_model_knows_them(words: list[str]) -> None:
    encoder = load_encoder()
    assert isinstance(encoder, BuiltinEncoder)
    assert isinstance(encoder.tokenizer, WordPiece)
    spelling = encoder.tokenizer.spelling
    assert spelling is not None
    assert [word for word in words if spelling.mend(word) != word] == []
    assert {slip: spelling.mend(slip) for slip in SLIPS} == SLIPS | {"sandwhich": "sandwhich"}
