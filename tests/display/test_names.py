"""Names that are safe to show."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.display.names import printable, shorten


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("été 海.jpg", "été 海.jpg"),
        ("a\nb\x1b[0m", "a\\x0ab\\x1b[0m"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("left\u202eright", "left\\u202eright"),
    ],
)
def test_what_cannot_be_printed_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(st.binary())
def test_any_name_can_be_printed_as_utf8(raw: bytes) -> None:
    shown = printable(os.fsdecode(raw))
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert shown.isprintable()


def test_a_long_name_keeps_its_start_and_end() -> None:
    assert shorten("abcdefghijklmnop.jpg", 10) == "abc…op.jpg"


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_shortened_name_fits(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= length
