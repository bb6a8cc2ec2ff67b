"""Character classes and case mappings, read from `unicode_tables.json`; they never change.

Python's own tables follow the Python version and an iPhone's follow its system, so the tokenizers
would drift apart. These are frozen: `tests/fixtures/measure_unicode.py` measured them, character
by character, from the `tokenizers` library that made the models' training data.

`unicode_tables.json`, for readers in other languages; every list is flat and of integers:

    schema       1
    source       the library and version that was measured
    classes      start, flags, start, flags, ...    a run lasts until the next start; flags below
    order        start, class, start, class, ...    likewise: canonical combining class, 0 is none
    lower        code, n, n codes, code, n, ...     lower case, of characters that change
    decompose    code, n, n codes, ...              full canonical decomposition, Hangul left out
    compose      first, second, composed, ...       canonical composition, Hangul left out
    fold         code, n, n codes, ...              case folding, where it is not the lower case

Key dictionaries by integers in Swift: its String equality is canonical equivalence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

SCHEMA = 1
PATH = Path(__file__).with_name("unicode_tables.json")
CODE_POINTS = 0x110000

REMOVED = 1  # BERT drops it: controls, formats, private use, U+0000, U+FFFD
SPACE = 2  # White_Space
IDEOGRAPH = 4  # BERT makes it a word of its own
MARK = 8  # a non-spacing accent, which BERT strips after decomposition
PUNCTUATION = 16  # BERT makes it a word of its own
LETTER = 32  # \p{L}
NUMBER = 64  # \p{N}

# Signs of the query language
MINUSES: Final = "-−"
DASHES: Final = "-−‐‑‒–—―﹘﹣－"  # a keyboard may make one of the others of a minus
DIGITS: Final = "0123456789"
QUOTES: Final = '"“”„‟«»＂'
WHITE_SPACE: Final = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True, slots=True)
class Tables:
    """Look-ups by character; absent from a dictionary: stays as it is, or class 0."""

    flags: bytes  # [0x110000], by code point
    order: dict[str, int]  # canonical combining class
    lower: dict[str, str]
    decompose: dict[str, str]
    compose: dict[str, str]  # first + second -> composed
    fold: dict[str, str]  # where it is not the lower case


@cache
def tables() -> Tables:
    """Reads the tables once, in about 5 ms. Text that is all ASCII never needs them."""
    raw = json.loads(PATH.read_bytes())
    compose = "".join(map(chr, raw["compose"]))
    return Tables(
        flags=bytes(_flags(raw["classes"])),
        order={
            chr(code): value
            for start, end, value in _runs(raw["order"])
            if value
            for code in range(start, end)
        },
        lower=dict(_mapping(raw["lower"])),
        decompose=dict(_mapping(raw["decompose"])),
        compose={compose[i : i + 2]: compose[i + 2] for i in range(0, len(compose), 3)},
        fold=dict(_mapping(raw["fold"])),
    )


def is_flagged(char: str, flags: int) -> bool:
    """Whether one character has any of these flags."""
    if "a" <= char <= "z":  # spares an ordinary query the reading of the tables
        return bool(LETTER & flags)
    return bool(tables().flags[ord(char)] & flags)


def is_name(text: str) -> bool:
    """Whether any character is visible and neither a digit nor punctuation."""
    return any(c not in DIGITS and not is_flagged(c, PUNCTUATION | REMOVED | SPACE) for c in text)


def is_visible(text: str) -> bool:
    """Whether any character is visible."""
    return any(not is_flagged(char, SPACE | REMOVED) for char in text)


def is_punctuation(text: str) -> bool:
    """Whether every character is punctuation."""
    return all(is_flagged(char, PUNCTUATION) for char in text)


def _runs(flat: list[int]) -> Iterator[tuple[int, int, int]]:
    """(start, end, value) of each run; the last one ends with Unicode."""
    starts = [*flat[::2], CODE_POINTS]
    for (start, end), value in zip(pairwise(starts), flat[1::2], strict=True):
        yield start, end, value


def _flags(flat: list[int]) -> bytearray:
    flags = bytearray(CODE_POINTS)
    for start, end, value in _runs(flat):
        if value:
            flags[start:end] = bytes((value,)) * (end - start)
    return flags


def _mapping(flat: list[int]) -> Iterator[tuple[str, str]]:
    text = "".join(map(chr, flat))  # the counts become characters too, and are never looked at
    at = 0
    while at < len(flat):
        end = at + 2 + flat[at + 1]
        yield text[at], text[at + 2 : end]
        at = end
