"""How parts of a query were read that look as if more was meant: a person is told.

dog - beach     the minus stands alone
dog:99          no weight
"red car        no phrase
"""

from __future__ import annotations

from typing import Final

from photosearch.text.unicode_tables import DASHES, DIGITS, MINUSES, QUOTES, is_name

MOST: Final = 5  # notes
_SHOWN = 40  # characters of what a note is about
_NUMERIC = frozenset(f"{DIGITS}{MINUSES}+.,eE")


class Notes:
    """Those of one query, in the order of its parts, none twice."""

    def __init__(self) -> None:
        self._notes: list[str] = []

    def all(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def word(self, text: str, *, is_plain: bool, has_weight: bool) -> None:
        """One word as it was typed, and what it was read as."""
        if is_plain and text[0] in DASHES:
            self._minus(text)
        name, _, number = text.rpartition(":")
        if not has_weight and _is_numeric(number) and is_name(name):
            self._weight(text)
        before = f" {text}"  # a quote right behind a digit means inches
        if any(c in QUOTES and b not in DIGITS for b, c in zip(before, text, strict=False)):
            self._add(text, 'without a phrase, which has a quote on either side: "two words"')

    def phrase(self, text: str, rest: str, *, is_empty: bool, has_weight: bool) -> None:
        """One phrase as it was typed, and what stands right behind it."""
        if is_empty:
            return self._add(text, "as nothing: there are no words between the quotes")
        if rest[:1] == ":" and _is_numeric(rest[1:]):
            return self._weight(text + rest)
        if not has_weight and text[-1] in f"{DIGITS}.":  # a number ends it, not a quote
            return self._weight(text)
        return None

    def many(self, most: int) -> None:
        """More parts than are read as such."""
        self._notes = [f"more than {most} parts are read as one text, without signs and weights"]

    def _minus(self, text: str) -> None:
        if all(char in DASHES for char in text):
            self._add(text, "as a dash; right before a word, a minus pushes photos away: -word")
        else:
            self._add(text, "as plain text; a single minus before a word pushes photos away: -word")

    def _weight(self, text: str) -> None:
        self._add(text, "without a weight, which is above 0 and at most 10: word:2")

    def _add(self, text: str, how: str) -> None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        note = f"'{shown}' is read {how}"
        if len(self._notes) < MOST and note not in self._notes:
            self._notes.append(note)


def _is_numeric(text: str) -> bool:
    """Whether it was perhaps meant as a number."""
    return _NUMERIC.issuperset(text) and not set(DIGITS).isdisjoint(text)
