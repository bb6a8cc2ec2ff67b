"""Reads what is negated, and which words are alternatives.

without people, no cars and dogs, not blurry, except the dog       set photos back
red car or motorbike, cat | dog                                    either will do
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from photosearch.query.words import Run, Word, text_of
from photosearch.text.unicode_tables import is_name

NO_EXCLUSION: Final = "'{}' is read as words: times and places cannot be left out"
NEGATIONS: Final = frozenset(("except", "excluding", "no", "not", "without"))
_BEFORE: Final = frozenset(("and", "but", "with"))  # belong to the negation behind them
_AND: Final = frozenset(("and", "nor", "or", "&", "|"))
# Where what is negated ends: "no people on the beach" is about a beach
_STOPS: Final = frozenset(
    ("at", "behind", "but", "by", "during", "except", "excluding", "for", "from", "in", "near",
     "no", "not", "on", "under", "while", "with", "without")
)  # fmt: skip
# Behind "no", these are what a sign says, or a number
_SIGNS: Final = frozenset(
    ("dumping", "entrance", "entry", "exit", "littering", "one", "parking", "smoking", "stopping",
     "thanks", "thoroughfare", "trespassing", "vacancy", "way")
)  # fmt: skip
_OR: Final = frozenset(("or", "|"))


class Negated(NamedTuple):
    """What is negated, the place behind its last word, and what a person should know of it."""

    texts: tuple[str, ...]
    end: int
    note: str = ""


def read_negation(run: Run, at: int, other: Callable[[int], int | None]) -> Negated | None:
    """What is negated from a place on.

    `other(place)` is the place behind a date or a place on Earth that begins there, which ends what
    is negated. One that is negated itself becomes words: nothing leaves it out.
    """
    start = _behind_negation(run, at)
    if start is None:
        return None
    behind = other(start)
    if behind is not None:
        text = text_of(run.words[start:behind])
        return Negated((text,), behind, NO_EXCLUSION.format(text))
    end = start
    while run.next(end) and (end == start or run.next(end) not in _STOPS):
        if end > start and other(end) is not None:
            break
        end += 1
    groups = _split(run.words[start:end], _AND)
    texts = tuple(text_of(group) for group in groups if group)
    return Negated(texts, end) if texts else None


def _behind_negation(run: Run, at: int) -> int | None:
    """The place behind "without", "but no" and the like; None where there is none."""
    start = at
    if run.key(at) in _BEFORE and run.next(at + 1) in NEGATIONS:
        start = at + 1
    if run.key(start) not in NEGATIONS:
        return None
    behind = run.next(start + 1)
    if run.key(start) == "no" and (behind in _SIGNS or "0" <= behind[:1] <= "9"):
        return None
    if run.key(start) == "except" and behind == "for":
        return start + 2
    return start + 1 if behind else None


def _split(words: Sequence[Word], signs: frozenset[str]) -> list[list[Word]]:
    groups: list[list[Word]] = [[]]
    for word in words:
        if word.key in signs:
            groups.append([])
        else:
            groups[-1].append(word)
    return groups


def split_alternatives(words: Sequence[Word]) -> list[list[Word]]:
    """Plain words that stand side by side to alternatives: one of all, if there is no "or".

    An "or" without words on both sides is a word like any other.
    """
    groups = _split(words, _OR)
    return groups if all(map(_is_named, groups)) else [list(words)]


def _is_named(words: Sequence[Word]) -> bool:
    return any(is_name(word.key) for word in words)
