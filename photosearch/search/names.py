"""File names as text that is safe to show: on a terminal, in a picture, on a page."""

from __future__ import annotations

import os


def printable(name: str | os.PathLike[str]) -> str:
    r"""The name with everything that is not a printable character written as `\xNN` or `\uNNNN`.

    A file name may hold escape sequences that would drive a terminal, or bytes that are not
    UTF-8; neither may reach one.
    """
    return "".join(_shown(letter) for letter in os.fspath(name))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    code = ord(letter)
    if (
        0xDC80 <= code <= 0xDCFF
    ):  # a byte that is not UTF-8, as the surrogateescape handler keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, length: int) -> str:
    """At most `length` characters: the end of a path tells more than its middle."""
    if len(text) <= length:
        return text
    head = (length - 1) // 3
    tail = length - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :]}"
