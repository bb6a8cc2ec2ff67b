"""The query language: words, phrases, weights and negation.

    dog on a beach              one term of weight 1
    dog -beach                  "dog", and away from "beach" (weight -0.5)
    "red car":2 street          "red car" counts twice, "street" once
    dog -"palm trees":2         away from "palm trees", twice as strongly (weight -1)

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
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from photosearch.errors import QueryError
from photosearch.text.tables import PUNCTUATION, REMOVED, SPACE, is_flagged
from photosearch.types import Query, Term

NEGATIVE_WEIGHT: Final = -0.5
MAX_WEIGHT: Final = 10.0
MAX_TERMS: Final = 32

_MINUS = "-−"
_DIGITS = "0123456789"
_QUOTES = '"“”„‟«»＂'
_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # White_Space
_NOT_SPACE = re.compile(f"[^{_SPACE}]")
_TEXT = re.compile(f"[^{_SPACE}]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_PHRASE = re.compile(
    f"([{_MINUS}]?)[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}](?::({_NUMBER.pattern})(?![^{_SPACE}]))?"
)


def parse_query(text: str) -> Query:
    """The terms of a query, in the order in which they start, in time linear in its length.

    Raises QueryError if it has no visible character; anything else is a query.
    """
    whole = _one_spaced(text)
    if not _is_visible(whole):
        raise QueryError(f"query: got {text[:20]!r}, expected words, for example: dog -beach")
    terms: list[Term] = []
    plain: list[str] = []
    place = 0  # of the plain term among the others
    for item in _items(text):
        if isinstance(item, Term):
            terms.append(item)
        else:
            place = place if plain else len(terms)
            plain.append(item)
    if plain and not (
        terms and all(is_flagged(char, PUNCTUATION) for word in plain for char in word)
    ):
        terms.insert(place, Term(" ".join(plain)))
    if 1 <= len(terms) <= MAX_TERMS:
        return Query(tuple(terms))
    return Query((Term(whole),))


def _items(text: str) -> Iterator[Term | str]:
    """Terms with a sign, quotes or a weight, and plain words as strings."""
    last_quote = max(map(text.rfind, _QUOTES))  # no search for a closing one beyond it
    at = 0
    while start := _NOT_SPACE.search(text, at):
        at = start.start()
        if at < last_quote and (phrase := _PHRASE.match(text, at)):
            at = phrase.end()
            minus, words, number = phrase.groups()
            if _is_visible(words):
                yield Term(_one_spaced(words), _signed(minus, _weight(number or "") or 1.0))
        elif word := _TEXT.match(text, at):
            at = word.end()
            yield _word(word[0])


def _word(text: str) -> Term | str:
    """A term if the word has a sign or a weight, else the word."""
    minus = text[0] if text[0] in _MINUS and text[1:2] not in (*_MINUS, "") else ""
    signed = text[len(minus) :]
    name, _, number = signed.rpartition(":")
    weight = _weight(number)
    if weight and _is_name(name):
        return Term(name, _signed(minus, weight))
    if minus and _is_name(signed):
        return Term(signed, NEGATIVE_WEIGHT)
    return text


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


def _is_name(text: str) -> bool:
    return any(c not in _DIGITS and not is_flagged(c, PUNCTUATION | REMOVED | SPACE) for c in text)


def _is_visible(text: str) -> bool:
    return any(not is_flagged(char, SPACE | REMOVED) for char in text)
