"""Meaning and words joined to one score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.query.fuse import MEANING, fused

SCORES = st.dictionaries(st.integers(1, 50), st.floats(-1, 1), min_size=1)


def test_without_words_the_cosine_stays() -> None:
    assert fused({1: 0.3, 2: -0.1}, {}) == {1: 0.3, 2: -0.1}


def test_a_photo_beside_which_a_word_stands_gains() -> None:
    joint = fused({1: 0.3, 2: 0.1}, {2: 4.0})
    assert joint[1] == 0.3
    assert joint[2] == pytest.approx(0.1 + 0.25 * 1.3)


@given(SCORES, st.dictionaries(st.integers(1, 50), st.floats(0.001, 40)))
def test_the_order_is_that_of_the_convex_combination(
    meaning: dict[int, float], words: dict[int, float]
) -> None:
    """TM2C2 as Bruch et al. write it: both scores divided by their range."""
    most, best = max(words.values(), default=0.0), max(meaning.values())
    if not most or best <= -0.999:
        return
    convex = {
        number: MEANING * (score + 1) / (best + 1) + (1 - MEANING) * words.get(number, 0.0) / most
        for number, score in meaning.items()
    }
    joint = fused(meaning, words)
    for one in meaning:
        for other in meaning:
            if convex[one] - convex[other] > 1e-9:
                assert joint[one] > joint[other]
