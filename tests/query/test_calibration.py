"""From a score to the probability that a photo matches."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.manifest import Calibration
from photosearch.query import parse_query
from photosearch.query.calibration import (
    CONFIDENT,
    MOST_PHOTOS,
    MOST_WORDS,
    Confidence,
    count_words,
    is_confident,
)

RULE = Confidence(scale=14.0, bias=-2.5, of_words=-1.0, of_photos=-0.5)

numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
scores = st.floats(-1, 1)
counts = st.integers(0, 10**9)


def by_odds(rule: Confidence, score: float, words: int, photos: int) -> float:
    """The same by odds, which words and photos divide, with forty digits."""
    getcontext().prec = 40
    odds = (Decimal(rule.scale) * Decimal(score) + Decimal(rule.bias)).exp()
    odds *= (Decimal(min(max(words, 1), 4)).ln() * Decimal(rule.of_words)).exp()
    odds *= (Decimal(min(max(photos, 1), 3000)).ln() * Decimal(rule.of_photos)).exp()
    return float(odds / (1 + odds))


@pytest.mark.parametrize("score", [-1.0, 0.0, 0.31, 0.5, 1.0])
@pytest.mark.parametrize("words", [1, 2, 13])
@pytest.mark.parametrize("photos", [1, 18, 1000, 100_000])
def test_the_probability_is_that_of_the_odds(score: float, words: int, photos: int) -> None:
    found = RULE.of(score, words=words, photos=photos)
    assert math.isclose(found, by_odds(RULE, score, words, photos), rel_tol=1e-12)


@given(scale=numbers, bias=numbers, of_words=numbers, of_photos=numbers,
       score=scores, words=counts, photos=counts)  # fmt: skip
def test_it_is_a_probability_whatever_the_numbers(
    scale: float, bias: float, of_words: float, of_photos: float, score: float, words: int,
    photos: int,
) -> None:  # fmt: skip
    rule = Confidence(scale, bias, of_words, of_photos)
    assert 0 <= rule.of(score, words=words, photos=photos) <= 1


@given(first=scores, second=scores, words=counts, photos=counts)
def test_a_better_photo_is_never_less_likely_to_match(
    first: float, second: float, words: int, photos: int
) -> None:
    low, high = sorted((first, second))
    assert RULE.of(low, words=words, photos=photos) <= RULE.of(high, words=words, photos=photos)


@given(score=scores, words=counts, more=counts, photos=counts)
def test_more_words_and_more_photos_make_none_more_likely(
    score: float, words: int, more: int, photos: int
) -> None:
    found = RULE.of(score, words=words, photos=photos)
    assert RULE.of(score, words=words + more, photos=photos) <= found
    assert RULE.of(score, words=words, photos=photos + more) <= found


@given(score=scores, words=counts, photos=counts)
def test_beyond_three_thousand_photos_none_count(score: float, words: int, photos: int) -> None:
    found = RULE.of(score, words=words, photos=MOST_PHOTOS + photos)
    assert found == RULE.of(score, words=words, photos=MOST_PHOTOS)


@given(score=scores, words=counts, photos=counts)
def test_beyond_four_words_none_count(score: float, words: int, photos: int) -> None:
    found = RULE.of(score, words=MOST_WORDS + words, photos=photos)
    assert found == RULE.of(score, words=MOST_WORDS, photos=photos)


@given(score=scores, words=counts, photos=counts)
def test_without_the_constants_of_words_and_photos_it_is_what_it_was(
    score: float, words: int, photos: int
) -> None:
    before = Calibration(scale=12.7746, bias=-5.5785)
    expected = 1 / (1 + math.exp(-(before.scale * score + before.bias)))
    found = Confidence(before.scale, before.bias).of(score, words=words, photos=photos)
    assert math.isclose(found, expected, rel_tol=1e-15)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dog", 1),
        ("a dog on the beach", 5),
        ("dog -beach", 1),
        ('"red car":2 street', 3),
        ("-beach", 0),
        ("  two\u2003words ", 2),
    ],
)
def test_words_are_those_looked_for(text: str, words: int) -> None:
    assert count_words(parse_query(text)) == words


def test_a_library_has_a_match_if_the_best_photo_is_likely_to_match() -> None:
    assert is_confident([0.1, CONFIDENT, 0.2])
    assert not is_confident([CONFIDENT - 1e-9])


def test_no_hits_are_no_match() -> None:
    assert not is_confident([])
