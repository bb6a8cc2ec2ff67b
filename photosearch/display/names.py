"""File names as text that is safe to show: on a terminal, in a picture, on a page."""

from __future__ import annotations

import os
import re

_KEPT = "surrogateescape"  # PEP 383
_BYTES = re.compile("[\udc80-\udcff]+")  # bytes that are no text in this locale


def printable(name: str | os.PathLike[str]) -> str:
    r"""The name with everything that is not a printable character written as `\xNN` or `\uNNNN`.

    A file name may hold escape sequences that would drive a terminal, or bytes that are not
    UTF-8; neither may reach one.
    """
    text = name if isinstance(name, str) else os.fsencode(name).decode("utf-8", _KEPT)
    return "".join(_shown(letter) for letter in readable(text))


def readable(text: str) -> str:
    """With the bytes that a locale of few letters (C, say) did not know, where they are UTF-8."""
    return _BYTES.sub(lambda run: run[0].encode("utf-8", _KEPT).decode("utf-8", _KEPT), text)


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    code = ord(letter)
    if _BYTES.match(letter):
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, length: int) -> str:
    """At most `length` characters: the end of a path tells more than its middle."""
    if len(text) <= length:
        return text
    head = (length - 1) // 3
    tail = length - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :]}"
