"""Texts that hold every character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tests.fixtures.measure_unicode import code_points

_AT_ONCE = 100
_NO_MEANING = ("Cn", "Co")  # not assigned, for private use: six of seven


def every_character(pattern: str) -> Iterator[str]:
    """The pattern with each, a text of its own; with those that have no meaning, many in a text."""
    many: list[str] = []
    for char in code_points():
        if unicodedata.category(char) not in _NO_MEANING:
            yield pattern.format(char)
            continue
        many.append(pattern.format(char))
        if len(many) == _AT_ONCE:
            yield " ".join(many)
            many.clear()
    yield " ".join(many)
