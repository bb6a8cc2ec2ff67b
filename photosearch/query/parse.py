"""The query language: words, phrases, weights and negation.

    dog on a beach              one term of weight 1
    dog -beach                  "dog"; photos that are more of a "beach" stand back (weight -0.5)
    "red car":2 street          "red car" counts twice, "street" once
    dog -"palm trees":2         "palm trees" set back twice as far (weight -1)

In EBNF; each choice is tried in the order given, and space is any of Unicode's White_Space:

    query   = { space | item } ;
    item    = phrase | word ;
    phrase  = [ minus ] , quote , { any character but a quote } , quote ,
              [ ":" , number , followed by space or the end ] ;
    word    = [ minus , not followed by minus ] , name , ":" , number , followed by space or the end
            | minus , not followed by minus , name
            | text ;
    name    = text, with a character that is visible and neither a digit nor punctuation ;
    text    = any character but space , { any character but space } ;
    number  = digit , { digit } , [ "." , { digit } ] | "." , digit , { digit } ;
    digit   = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    minus   = "-" | "−" ;
    quote   = '"' | "“" | "”" | "„" | "‟" | "«" | "»" | "＂" ;

A number is a weight if it is over 0 and at most 10; otherwise a word is plain text, and a phrase
has weight 1. Hence `t-shirt`, `16:9`, `:3`, `--`, `5"`, `-_-` and an unclosed quote are plain text.
Any quote closes any other. White space inside a phrase counts as one space.

- Plain words, joined by one space, form one term of weight 1, placed where the first of them stood.
  It is left out if it is all punctuation and other terms remain.
- A phrase in which nothing is visible is left out.
- More than 32 terms are prose, not a query: the text is then one term, and so is a text of which
  no term would remain. So any text with a visible character is a query.

`Query.notes` says how parts were read that look as if more was meant: `dog - beach`,
where the minus stands alone, `dog:99`, which is no weight, or `"red car`, which is no phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from photosearch.errors import QueryError
from photosearch.text.unicode_tables import (
    DASHES,
    DIGITS,
    MINUSES,
    QUOTES,
    WHITE_SPACE,
    is_name,
    is_punctuation,
    is_visible,
)
from photosearch.types import Query, Term

NEGATIVE_WEIGHT: Final = -0.5
MAX_WEIGHT: Final = 10.0
MAX_TERMS: Final = 32
MOST_NOTES: Final = 5

_NUMERIC = frozenset(f"{DIGITS}{MINUSES}+.,eE")
_SHOWN = 40  # characters of what a note is about

_NOT_SPACE = re.compile(f"[^{WHITE_SPACE}]")
_TEXT = re.compile(f"[^{WHITE_SPACE}]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_PHRASE = re.compile(
    f"([{MINUSES}]?)[{QUOTES}]([^{QUOTES}]*)[{QUOTES}](?::({_NUMBER.pattern})(?![^{WHITE_SPACE}]))?"
)


def parse_query(text: str) -> Query:
    """The terms of a query, in the order in which they start, in time linear in its length.

    Raises QueryError if it is no string or has no visible character; anything else is a query.
    """
    _check_text(text)
    whole = _one_spaced(text)
    if not is_visible(whole):
        raise QueryError(f"query: got {text[:20]!r}, expected words, for example: dog -beach")
    notes = _Notes()
    terms: list[Term] = []
    plain: list[str] = []
    position = 0  # of the plain term among the others
    for item in _items(text, notes):
        if isinstance(item, Term):
            terms.append(item)
        else:
            position = position if plain else len(terms)
            plain.append(item)
    if plain and not (terms and all(map(is_punctuation, plain))):
        terms.insert(position, Term(" ".join(plain)))
    if len(terms) > MAX_TERMS:
        notes.many(MAX_TERMS)
    if 1 <= len(terms) <= MAX_TERMS:
        return Query(tuple(terms), notes.all())
    return Query((Term(whole),), notes.all())


def _check_text(text: object) -> None:
    """Raises QueryError unless this is one string."""
    if not isinstance(text, str):
        raise QueryError(
            f"query: got {type(text).__name__}, expected a string; search_many takes a list of "
            "them, search_vector an embedding"
        )


def _items(text: str, notes: _Notes) -> Iterator[Term | str]:
    """Terms with a sign, quotes or a weight, and plain words as strings."""
    last_quote = max(map(text.rfind, QUOTES))  # no search for a closing one beyond it
    at = 0
    while start := _NOT_SPACE.search(text, at):
        at = start.start()
        if at < last_quote and (phrase := _PHRASE.match(text, at)):
            at = phrase.end()
            minus, words, number = phrase.groups()
            weight = _weight(number or "")
            rest = _TEXT.match(text, at) if text[at : at + 1] == ":" else None
            behind, is_empty = rest[0] if rest else "", not is_visible(words)
            notes.phrase(phrase[0], behind, is_empty=is_empty, has_weight=weight is not None)
            if not is_empty:
                yield Term(_one_spaced(words), _signed(minus, weight or 1.0))
        elif word := _TEXT.match(text, at):
            at = word.end()
            yield _word(word[0], notes)


def _word(text: str, notes: _Notes) -> Term | str:
    """A term if the word has a sign or a weight, else the word."""
    minus = text[0] if text[0] in MINUSES and text[1:2] not in (*MINUSES, "") else ""
    signed = text[len(minus) :]
    name, _, number = signed.rpartition(":")
    weight = _weight(number)
    has_weight = weight is not None and is_name(name)
    is_plain = not has_weight and not (minus and is_name(signed))
    notes.word(text, is_plain=is_plain, has_weight=has_weight)
    if is_plain:
        return text
    if weight is not None and has_weight:
        return Term(name, _signed(minus, weight))
    return Term(signed, NEGATIVE_WEIGHT)


def _weight(number: str) -> float | None:
    """The number, if it may be a weight."""
    if not _NUMBER.fullmatch(number):
        return None
    weight = float(number)
    return weight if 0 < weight <= MAX_WEIGHT else None


def _signed(minus: str, weight: float) -> float:
    return NEGATIVE_WEIGHT * weight if minus else weight


def _one_spaced(text: str) -> str:
    return " ".join(_TEXT.findall(text))


class _Notes:
    """What one query's notes say, in the order of its parts, none twice."""

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
        if len(self._notes) < MOST_NOTES and note not in self._notes:
            self._notes.append(note)


def _is_numeric(text: str) -> bool:
    """Whether it was perhaps meant as a number."""
    return _NUMERIC.issuperset(text) and not set(DIGITS).isdisjoint(text)
