"""Shortened texts and lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.shorten import first_of, shorten, shorten_middle


@pytest.mark.parametrize("cut", [shorten, shorten_middle])
@given(text=st.text(), length=st.integers(min_value=1, max_value=40))
def test_a_shortened_text_fits_and_a_short_one_stays(cut: object, text: str, length: int) -> None:
    assert callable(cut)
    shown = cut(text, length)
    assert len(shown) <= length
    assert shown == text or len(text) > length


def test_a_long_text_keeps_its_beginning_and_a_long_name_its_end_too() -> None:
    assert shorten("abcdefghijklmnop.jpg", 10) == "abcdefghi…"
    assert shorten_middle("abcdefghijklmnop.jpg", 10) == "abc…op.jpg"


def test_a_list_names_its_first_and_counts_the_rest() -> None:
    assert first_of([], 2) == ""
    assert first_of("ab", 2) == "a, b"
    assert first_of("abcd", 2, "; ") == "a; b and 2 more"
