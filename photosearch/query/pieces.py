"""Reads what begins at a word: a negation, a date, a kind of photo, a camera or a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from photosearch.query.cameras import read_camera
from photosearch.query.dates.vocabulary import may_be_date
from photosearch.query.dates.when import When
from photosearch.query.home import read_home
from photosearch.query.library import Library
from photosearch.query.media import FAVOURITES, read_media
from photosearch.query.operators import read_negation
from photosearch.query.places import read_place
from photosearch.query.reading import Kind, Place
from photosearch.query.words import Run, text_of

if TYPE_CHECKING:  # imported by the queries that need them
    from photosearch.query.dates.calendar import Clock

_NO_DATES: Final = "few photos of this library have a date: '{}' is read as words"


class Piece(NamedTuple):
    """Words of a run that were read as something; `kind` says which member is set."""

    end: int  # the place behind its last word
    kind: Kind | None  # None if they stay words, and only the note counts
    when: When | None = None
    place: Place | None = None
    away: Place | None = None
    media: str = ""
    camera: str = ""
    negated: tuple[str, ...] = ()
    note: str = ""


@lru_cache(8)
def _may_hold_date(run: Run) -> bool:
    """Whether any of its words may be part of a date: most queries wait for no calendar."""
    return any(may_be_date(word.key) for word in run.words)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pieces at a time, and by what a library says."""

    clock: Callable[[], Clock]  # what shows the time, asked for if there may be a date
    library: Library | None = None

    def piece(self, run: Run, at: int, *, is_start: bool) -> Piece | None:
        """What is read from a word on; `is_start` says that nothing plain stands before it."""
        negation = read_negation(run, at, lambda place: self._other(run, place))
        if negation is not None:
            return Piece(negation.end, "not", negated=negation.texts, note=negation.note)
        return (
            self._date(run, at)
            or self._media(run, at, is_start=is_start)
            or self._camera(run, at)
            or self._home(run, at)
            or self._place(run, at)
        )

    def _other(self, run: Run, at: int) -> int | None:
        """The place behind a date or a place that begins at a word."""
        found = self._date(run, at) or self._place(run, at)
        return found.end if found else None

    def _ends(self, run: Run, at: int) -> bool:
        """Whether no plain word stands at a place."""
        if not run.next(at):
            return True
        if self._other(run, at) is not None:
            return True
        return read_negation(run, at, lambda _: None) is not None

    def _date(self, run: Run, at: int) -> Piece | None:
        if not _may_hold_date(run):
            return None
        from photosearch.query.dates.read import read_when

        found = read_when(run, at, self.clock())
        if found is None:
            return None
        if self.library is not None and not self.library.is_dated:
            return Piece(found.end, None, note=_NO_DATES.format(text_of(run.words[at : found.end])))
        return Piece(found.end, "when", when=found.when, note=found.note)

    def _media(self, run: Run, at: int, *, is_start: bool) -> Piece | None:
        found = read_media(run, at, is_start=is_start, ends=lambda place: self._ends(run, place))
        if found is None:
            return None
        kind: Kind = "favourites" if found.kind == FAVOURITES else "media"
        return Piece(found.end, kind, media=found.kind)

    def _camera(self, run: Run, at: int) -> Piece | None:
        found = read_camera(run, at)
        return Piece(found[1], "camera", camera=found[0]) if found else None

    def _home(self, run: Run, at: int) -> Piece | None:
        found = read_home(run, at, self.library)
        if found is None:
            return None
        if found.is_away:
            return Piece(found.end, "near", away=found.place)
        return Piece(found.end, "near", place=found.place)

    def _place(self, run: Run, at: int) -> Piece | None:
        found = read_place(run, at, self.library)
        if found is None:
            return None
        if found.place is None:
            return Piece(found.end, None, note=found.note)
        if found.is_away:
            return Piece(found.end, "near", away=found.place)
        return Piece(found.end, "near", place=found.place)
