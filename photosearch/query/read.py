"""Reads a query as people type it: words to look for, and times, places, media and more.

    beach last summer without people      terms beach, people (-0.5); when: June to August
    red car or motorbike, lisbon 2019     either of two; near Lisbon; when: 2019

Plain words that stand side by side are read from left to right; at each, the first that takes them
counts: a negation, a date, a kind of photo, a camera, a place. What is read as none of these stays
in the terms, in its order, joined as `parse_query` joins it; so does a query of more words than
people type. Phrases with a sign or a weight are terms; others must stand beside or in the photo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from photosearch.query.collected import Collected
from photosearch.query.library import Library
from photosearch.query.operators import NEGATIONS, split_alternatives
from photosearch.query.parse import NEGATIVE_WEIGHT, Part, is_exact, split_query
from photosearch.query.pieces import Reader
from photosearch.query.reading import Reading
from photosearch.query.words import Run, Word, key_of, make_word
from photosearch.query.zones import is_month_first, is_southern, local_now, system_zone
from photosearch.types import Term

if TYPE_CHECKING:  # imported by the queries that need it
    from photosearch.query.dates.calendar import Clock

MOST_WORDS: Final = 64  # of a query that is read; more are prose
_MANY: Final = f"more than {MOST_WORDS} words are read as words, without dates and places"
_OR: Final = "|"


def read_query(
    text: str,
    *,
    now: datetime | None = None,
    zone: str | None = None,
    library: Library | None = None,
) -> Reading:
    """What a person asks for with a text, at a time and in a time zone: by default here and now.

    `now` is local wall-clock time, naive. `zone` is an IANA name: its people's habits decide how
    3/4/2021 is read, and when summer is unless a library says. What stands in no span is in a
    term. Raises QueryError as `parse_query` does, UsageError for a zone that there is not.
    """
    moment = local_now(zone) if now is None else now
    here = system_zone() if zone is None else zone
    reader = Reader(cache(lambda: _clock(moment, here, library)), library)
    parts = _negated(text, split_query(text))
    collected = Collected()
    if len(parts) > MOST_WORDS:
        collected.notes.append(_MANY)
    for group in _groups(parts):
        if isinstance(group, Part):
            collected.add_part(group)
        elif len(parts) > MOST_WORDS:
            collected.add_words([word for part in group for word in _words(part)])
        else:
            _read_run(group, reader, collected)
    return collected.reading(text)


def _clock(now: datetime, zone: str, library: Library | None) -> Clock:
    from photosearch.query.dates.calendar import Clock

    return Clock(
        now,
        month_first=is_month_first(zone),
        is_southern=lambda: _is_southern(zone, library),
    )


def _is_southern(zone: str, library: Library | None) -> bool:
    return library.is_southern if library and library.cells else is_southern(zone)


def _negated(text: str, parts: Sequence[Part]) -> list[Part]:
    """With a phrase behind "without" as one part: a term of negative weight."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if last and part.phrase and part.term and is_exact(part) and _is_negation(last):
            term = Term(part.phrase, NEGATIVE_WEIGHT)
            whole = text[last.start : part.end]
            found[-1] = Part(whole, last.start, part.end, term, None, part.notes)
        else:
            found.append(part)
    return found


def _is_negation(part: Part) -> bool:
    return _is_plain(part) and key_of(part.text) in NEGATIONS


def _is_plain(part: Part) -> bool:
    return part.term is None and part.phrase is None


def _groups(parts: Sequence[Part]) -> Iterator[Part | list[Part]]:
    """Phrases and terms one by one, and plain words that stand side by side."""
    plain: list[Part] = []
    for part in parts:
        if _is_plain(part):
            plain.append(part)
            continue
        if plain:
            yield plain
        plain = []
        yield part
    if plain:
        yield plain


def _words(part: Part) -> list[Word]:
    """A part as one word; "cat|dog" as three."""
    texts = part.text.split(_OR)
    if not all(texts):
        return [make_word(part.text, part.start)]
    words: list[Word] = []
    at = part.start
    for text in texts:
        if words:
            words.append(make_word(_OR, at - 1))
        words.append(make_word(text, at))
        at += len(text) + 1
    return words


def _read_run(parts: Sequence[Part], reader: Reader, collected: Collected) -> None:
    """Plain words, from left to right."""
    run = Run([word for part in parts for word in _words(part)])
    plain: list[Word] = []
    at = 0
    while at < len(run):
        is_start = not plain or plain[-1].ends
        piece = reader.piece(run, at, is_start=is_start)
        if piece is not None and collected.takes(piece, run.words[at : piece.end]):
            _add_plain(plain, collected)
            plain = []
            collected.add_piece(piece, run.words[at : piece.end])
            at = piece.end
            continue
        end = at + 1 if piece is None else piece.end
        plain += run.words[at:end]
        at = end
    _add_plain(plain, collected)
    kept = {word.start for word in collected.words}
    collected.notes += [note for part in parts if part.start in kept for note in part.notes]


def _add_plain(words: Sequence[Word], collected: Collected) -> None:
    """Words that are read as none of the others: alternatives, or plain ones."""
    start = 0
    for at, word in enumerate(words):
        if word.ends or at == len(words) - 1:
            groups = split_alternatives(words[start : at + 1])
            if len(groups) > 1:
                collected.add_alternatives(groups)
            else:
                collected.add_words(groups[0])
            start = at + 1
