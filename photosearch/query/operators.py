"""Reads what is negated, and which words are alternatives.

without people, no cars and dogs, not blurry, except the dog       set photos back
red car or motorbike, cat | dog                                    either will do
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from photosearch.query.words import Run, Word, text_of
from photosearch.text.unicode_tables import is_name

_NEGATIONS: Final = frozenset(("except", "excluding", "no", "not", "without"))
_BEFORE: Final = frozenset(("and", "but", "with"))  # belong to the negation behind them
_AND: Final = frozenset(("and", "nor", "or", "&", "|"))
# Where what is negated ends: "no people on the beach" is about a beach
_STOPS: Final = frozenset(
    ("at", "behind", "but", "by", "during", "except", "excluding", "for", "from", "in", "near",
     "no", "not", "on", "under", "while", "with", "without")
)  # fmt: skip
# Behind "no", these are what a sign says, or a number
_SIGNS: Final = frozenset(
    ("diving", "dogs", "dumping", "entrance", "entry", "exit", "fishing", "littering", "man",
     "mans", "one", "parking", "smoking", "stopping", "swimming", "thanks", "thoroughfare",
     "trespassing", "vacancy", "way")
)  # fmt: skip
_OR: Final = frozenset(("or", "|"))


def read_negation(
    run: Run, at: int, is_other: Callable[[int], bool]
) -> tuple[tuple[str, ...], int] | None:
    """What is negated from a place on, and the place behind its last word.

    `is_other(place)` says whether a date, a place or the like begins there, which ends it.
    """
    start = _behind_negation(run, at)
    if start is None:
        return None
    end = start
    while run.next(end) and (end == start or run.next(end) not in _STOPS):
        if end > start and is_other(end):
            break
        end += 1
    groups = _split(run.words[start:end], _AND)
    texts = tuple(text_of(group) for group in groups if group)
    return (texts, end) if texts else None


def _behind_negation(run: Run, at: int) -> int | None:
    """The place behind "without", "but no" and the like; None where there is none."""
    start = at
    if run.key(at) in _BEFORE and run.next(at + 1) in _NEGATIONS:
        start = at + 1
    if run.key(start) not in _NEGATIONS:
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
