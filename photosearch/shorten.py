"""Shortens texts and lists for messages and captions."""

from __future__ import annotations

from collections.abc import Sequence


def shorten(text: str, length: int) -> str:
    """The beginning, at most `length` characters with the ellipsis that then ends it.

    >>> shorten("a weight zeroed", 9)
    'a weight…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def shorten_middle(text: str, length: int) -> str:
    """Beginning and end, at most `length` characters: the end of a path tells more than its middle.

    >>> shorten_middle("IMG_2043 beach.jpeg", 10)
    'IMG….jpeg'
    """
    if len(text) <= length:
        return text
    head = (length - 1) // 3
    tail = length - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :]}"


def first_of(items: Sequence[object], most: int, between: str = ", ") -> str:
    """The first `most` of a list in words, and how many more there are.

    >>> first_of(["a", "b", "c", "d"], 2)
    'a, b and 2 more'
    """
    named = between.join(map(str, items[:most]))
    more = len(items) - most
    return f"{named} and {more} more" if more > 0 else named
