"""What a reading asks of photos: filters, the words to embed, and those to find beside a photo."""

from __future__ import annotations

from itertools import product
from typing import Final

from photosearch.query.dates.vocabulary import FUNCTION_WORDS
from photosearch.query.reading import Reading
from photosearch.query.words import key_of
from photosearch.types import Filter, MediaFilter, Query, Term

MOST_QUERIES: Final = 8  # that alternatives make; beyond, they are words like any other
STATES: Final = ("black-and-white", "blurry", "dark")  # of any kind of photo


def filters_of(reading: Reading) -> tuple[Filter, ...]:
    """Filters that must all hold, without the place: kinds of photos are alternatives, states are
    not."""
    when, none = reading.when, Filter()
    kinds = frozenset(each for each in reading.media if each not in STATES)
    base = Filter(
        since=when.since if when else None,
        until=when.until if when else None,
        months=frozenset(when.months) if when else none.months,
        days=when.days if when else (),
        weekdays=frozenset(when.weekdays) if when else none.weekdays,
        hours=when.hours if when else (),
        away=reading.away.near if reading.away else None,
        camera=reading.camera,
        favourites=reading.favourites,
        media=kinds,  # type: ignore[arg-type]
    )
    states: list[MediaFilter] = [each for each in reading.media if each in STATES]  # type: ignore[misc]
    found = (base, *(Filter(media=frozenset({state})) for state in states))
    return tuple(each for each in found if each != none)


def queries_of(reading: Reading) -> tuple[Query, ...]:
    """The queries to embed, of which a photo answers any; none if only filters are asked for."""
    choices = list(product(*reading.any))
    if len(choices) > MOST_QUERIES:
        words = Term(" ".join(word for group in reading.any for word in group))
        choices = [()]
        terms: tuple[Term, ...] = (*reading.terms, words)
        return (Query(terms),)
    found = (Query((*reading.terms, *map(Term, choice))) for choice in choices)
    return tuple(query for query in found if query.terms)


def words_of(reading: Reading) -> tuple[str, ...]:
    """The words that may stand beside a photo, in their order: what is looked for and must stand
    there, without those that say nothing."""
    texts = [term.text for term in reading.terms if term.weight > 0]
    texts += [word for group in reading.any for word in group]
    texts += reading.exact
    words = [word for text in texts for word in text.split()]
    return tuple(word for word in words if key_of(word) not in FUNCTION_WORDS)


def place_words(reading: Reading) -> tuple[str, ...]:
    """Names of the place, as it is called and as it was typed, for photos without coordinates."""
    if reading.near is None:
        return ()
    span = next(span for span in reading.spans if span.kind == "near")
    typed = reading.query[span.start : span.end].split()
    while typed and key_of(typed[0]) in FUNCTION_WORDS:
        typed.pop(0)
    return tuple(dict.fromkeys(name for name in (reading.near.name, " ".join(typed)) if name))
