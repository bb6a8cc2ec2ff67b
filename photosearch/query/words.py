"""Words of a query with their places, and a key to look each of them up by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias, TypeVar

from photosearch.text.normalization import casefold, nfd
from photosearch.text.unicode_tables import MARK, PUNCTUATION, is_flagged

T = TypeVar("T")
Named: TypeAlias = tuple[tuple[str, ...], T]  # the words of a name, and what it stands for

_APOSTROPHES: Final = "'’‘ʼ＇"
_BREAKS: Final = ",;"  # behind a word: what is read does not go on beyond it
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_NUMERIC_SIGNS: Final = "$€£#%+"  # of an amount or a number, which is no year then


class Word(NamedTuple):
    """A word as it was typed, and where; characters are counted as code points."""

    text: str
    key: str  # folded, without accents, apostrophes and the punctuation around it
    start: int  # of the text
    end: int  # behind its last character
    ends: bool = False  # a comma or the like stands behind it


def make_word(text: str, start: int) -> Word:
    """A word of a query that begins at a place."""
    return Word(text, key_of(text), start, start + len(text), text[-1] in _BREAKS)


def key_of(text: str) -> str:
    """What a word is looked up by: "Château," is "chateau", "New-Year’s" is "new-years".

    A sign that stands alone is itself, a dash of any kind "-", which stays before a word, so that
    "-2020" is no year.
    """
    plain = casefold(text).translate(_DASHES)
    plain = "".join(char for char in plain if char not in _APOSTROPHES)
    if not plain.isascii():
        plain = "".join(char for char in nfd(plain) if not is_flagged(char, MARK))
    start, end = 0, len(plain)
    while start < end and _is_around(plain[start]) and plain[start] != "-":
        start += 1
    while start < end and _is_around(plain[end - 1]):
        end -= 1
    return plain[start:end] or plain


def _is_around(char: str) -> bool:
    return char not in _NUMERIC_SIGNS and is_flagged(char, PUNCTUATION)


class Run:
    """Plain words that stand side by side. Places beyond its ends hold the key ""."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words: Final = tuple(words)

    def __len__(self) -> int:
        return len(self.words)

    def key(self, at: int) -> str:
        """The key of a word, even if a comma stands before it."""
        return self.words[at].key if 0 <= at < len(self.words) else ""

    def next(self, at: int) -> str:
        """The key of a word; "" if a comma stands before it."""
        return "" if at > 0 and at <= len(self.words) and self.words[at - 1].ends else self.key(at)

    def keys(self, at: int, count: int) -> tuple[str, ...]:
        """The keys of a word and of those behind it, up to a comma."""
        found = [self.key(at)]
        for place in range(at + 1, at + count):
            found.append(self.next(place) if found[-1] else "")
        return tuple(found)


def by_first_word(names: Iterable[tuple[tuple[str, ...], T]]) -> dict[str, list[Named[T]]]:
    """Names of several words by the first of them, in their order, the longer ones first."""
    found: dict[str, list[Named[T]]] = {}
    for words, value in sorted(names, key=lambda each: -len(each[0])):
        found.setdefault(words[0], []).append((words, value))
    return found


def text_of(words: Sequence[Word]) -> str:
    """Words as they were typed, without a comma behind the last."""
    return " ".join(word.text for word in words).rstrip(_BREAKS)
