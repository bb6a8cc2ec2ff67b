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
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

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
_DASH = "as a dash; right before a word, a minus pushes photos away: -word"
_SEVERAL = "as plain text; a single minus before a word pushes photos away: -word"
_NO_WEIGHT = "without a weight, which is above 0 and at most 10: word:2"
_NO_PHRASE = 'without a phrase, which has a quote on either side: "two words"'
_EMPTY = "as nothing: there are no words between the quotes"

_NOT_SPACE = re.compile(f"[^{WHITE_SPACE}]")
_TEXT = re.compile(f"[^{WHITE_SPACE}]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_PHRASE = re.compile(
    f"([{MINUSES}]?)[{QUOTES}]([^{QUOTES}]*)[{QUOTES}](?::({_NUMBER.pattern})(?![^{WHITE_SPACE}]))?"
)


class Part(NamedTuple):
    """A phrase or a word as it was typed, and the term that it is by itself."""

    text: str
    start: int  # code points of the query
    end: int
    term: Term | None  # None for a plain word, and for a phrase in which nothing is visible
    phrase: str | None  # the words between the quotes; None for a word
    notes: tuple[str, ...]  # how it was read, if more may have been meant


def parse_query(text: str) -> Query:
    """The terms of a query, in the order in which they start, in time linear in its length.

    Raises QueryError if it is no string or has no visible character; anything else is a query.
    """
    parts = split_query(text)
    terms: list[Term] = []
    plain: list[str] = []
    position = 0  # of the plain term among the others
    for part in parts:
        if part.term is not None:
            terms.append(part.term)
        elif part.phrase is None:
            position = position if plain else len(terms)
            plain.append(part.text)
    if plain and not (terms and all(map(is_punctuation, plain))):
        terms.insert(position, Term(" ".join(plain)))
    return limited(text, terms, (note for part in parts for note in part.notes))


def is_exact(part: Part) -> bool:
    """Whether it is a phrase without a sign and a weight."""
    return part.phrase is not None and part.text[0] in QUOTES and part.text[-1] in QUOTES


def limited(
    text: str, terms: Sequence[Term], notes: Iterable[str], *, is_read: bool = False
) -> Query:
    """The terms of a query; too many of them, or none, are one term of the whole text.

    There may be none if something was read besides.
    """
    if len(terms) > MAX_TERMS:
        many = f"more than {MAX_TERMS} parts are read as one text, without signs and weights"
        return Query((Term(one_spaced(text)),), (many,))
    some = tuple(dict.fromkeys(notes))[:MOST_NOTES]
    whole = () if is_read else (Term(one_spaced(text)),)
    return Query(tuple(terms) or whole, some)


def split_query(text: str) -> list[Part]:
    """The phrases and words of a query in their order.

    Raises QueryError if it is no string or has no visible character.
    """
    if not isinstance(text, str):
        raise QueryError(
            f"query: got {type(text).__name__}, expected a string; search_many takes a list of "
            "them, search_vector an embedding"
        )
    if not is_visible(text):
        raise QueryError(f"query: got {text[:20]!r}, expected words, for example: dog -beach")
    return list(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    last_quote = max(map(text.rfind, QUOTES))  # no search for a closing one beyond it
    at = 0
    while start := _NOT_SPACE.search(text, at):
        at = start.start()
        if at < last_quote and (phrase := _PHRASE.match(text, at)):
            at = phrase.end()
            rest = _TEXT.match(text, at) if text[at : at + 1] == ":" else None
            yield _phrase(phrase, rest[0] if rest else "")
        elif word := _TEXT.match(text, at):
            at = word.end()
            yield _word(word[0], word.start())


def _phrase(found: re.Match[str], behind: str) -> Part:
    """A phrase, and what stands right behind it if that begins with a colon."""
    minus, inner, number = found.groups()
    weight = _weight(number or "")
    words = one_spaced(inner)
    is_empty = not is_visible(inner)
    notes = _phrase_notes(found[0], behind, is_empty=is_empty, has_weight=weight is not None)
    term = None if is_empty else Term(words, _signed(minus, weight or 1.0))
    return Part(found[0], found.start(), found.end(), term, words, notes)


def _word(text: str, start: int) -> Part:
    """A word, which is a term by itself if it has a sign or a weight."""
    minus = text[0] if text[0] in MINUSES and text[1:2] not in (*MINUSES, "") else ""
    signed = text[len(minus) :]
    name, _, number = signed.rpartition(":")
    weight = _weight(number)
    has_weight = weight is not None and is_name(name)
    is_plain = not has_weight and not (minus and is_name(signed))
    notes = _word_notes(text, is_plain=is_plain, has_weight=has_weight)
    term = None if is_plain else Term(signed, NEGATIVE_WEIGHT)
    if weight is not None and has_weight:
        term = Term(name, _signed(minus, weight))
    return Part(text, start, start + len(text), term, None, notes)


def _weight(number: str) -> float | None:
    """The number, if it may be a weight."""
    if not _NUMBER.fullmatch(number):
        return None
    weight = float(number)
    return weight if 0 < weight <= MAX_WEIGHT else None


def _signed(minus: str, weight: float) -> float:
    return NEGATIVE_WEIGHT * weight if minus else weight


def one_spaced(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(_TEXT.findall(text))


def _word_notes(text: str, *, is_plain: bool, has_weight: bool) -> tuple[str, ...]:
    """What there is to say of a word as it was typed, by what it was read as."""
    notes = []
    if is_plain and text[0] in DASHES:
        is_dash = all(char in DASHES for char in text)
        notes.append(_note(text, _DASH if is_dash else _SEVERAL))
    name, _, number = text.rpartition(":")
    if not has_weight and _is_numeric(number) and is_name(name):
        notes.append(_note(text, _NO_WEIGHT))
    before = f" {text}"  # a quote right behind a digit means inches
    if any(c in QUOTES and b not in DIGITS for b, c in zip(before, text, strict=False)):
        notes.append(_note(text, _NO_PHRASE))
    return tuple(notes)


def _phrase_notes(text: str, rest: str, *, is_empty: bool, has_weight: bool) -> tuple[str, ...]:
    """What there is to say of a phrase as it was typed, with what stands right behind it."""
    if is_empty:
        return (_note(text, _EMPTY),)
    if rest and _is_numeric(rest[1:]):
        return (_note(text + rest, _NO_WEIGHT),)
    if not has_weight and text[-1] in f"{DIGITS}.":  # a number ends it, not a quote
        return (_note(text, _NO_WEIGHT),)
    return ()


def _note(text: str, how: str) -> str:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"'{shown}' is read {how}"


def _is_numeric(text: str) -> bool:
    """Whether it was perhaps meant as a number."""
    return _NUMERIC.issuperset(text) and not set(DIGITS).isdisjoint(text)
