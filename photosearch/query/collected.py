"""Collects what the parts of a query are read as, in their order, to one reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from photosearch.query.dates.when import When
from photosearch.query.language import language_note
from photosearch.query.parse import NEGATIVE_WEIGHT, Part, is_exact, limited
from photosearch.query.pieces import Piece
from photosearch.query.reading import Kind, Place, Reading, Span
from photosearch.query.words import Word, key_of, text_of
from photosearch.text.unicode_tables import is_punctuation
from photosearch.types import Term

_SECOND_PLACE: Final = "one place is looked for: '{}' is read as words"
_NO_TIME: Final = "no time is both in '{}' and in what stands before it: it is read as words"


class Collected:
    """What was read so far."""

    def __init__(self) -> None:
        self.words: list[Word] = []  # that stay plain
        self.notes: list[str] = []
        self._position = 0  # of the plain words among the terms
        self._terms: list[Term] = []
        self._any: list[tuple[str, ...]] = []
        self._when: When | None = None
        self._near: Place | None = None
        self._away: Place | None = None
        self._media: list[str] = []
        self._favourites = False
        self._exact: list[str] = []
        self._camera: str | None = None
        self._spans: list[Span] = []

    def add_words(self, words: Sequence[Word]) -> None:
        """Words that stay plain."""
        if not self.words:
            self._position = len(self._terms)
        self.words += words

    def add_alternatives(self, groups: Sequence[Sequence[Word]]) -> None:
        """Words of which one group is looked for."""
        self._any.append(tuple(map(text_of, groups)))
        self._add_span("any", [groups[0][0], groups[-1][-1]])

    def add_part(self, part: Part) -> None:
        """A phrase, or a word with a sign or a weight."""
        self.notes += part.notes
        if part.term is None:
            return
        kind: Kind = "not" if part.term.weight < 0 else "weight"
        if part.phrase is not None and is_exact(part):
            kind = "exact"
            self._exact.append(part.phrase)
        else:
            self._terms.append(part.term)
        self._spans.append(Span(part.start, part.end, kind))

    def takes(self, piece: Piece, words: Sequence[Word]) -> bool:
        """Whether a piece goes with what was read before it; else there is a note on it."""
        if piece.kind is None:
            self.notes.append(piece.note)
            return False
        if piece.place is not None and self._near is not None:
            self.notes.append(_SECOND_PLACE.format(text_of(words)))
            return False
        if piece.when is not None and (self._when or When()).joined(piece.when) is None:
            self.notes.append(_NO_TIME.format(text_of(words)))
            return False
        return True

    def add_piece(self, piece: Piece, words: Sequence[Word]) -> None:
        """Words that were read as something."""
        assert piece.kind is not None
        self._add_span(piece.kind, words)
        self._terms += [Term(text, NEGATIVE_WEIGHT) for text in piece.negated]
        if piece.when is not None:
            self._when = (self._when or When()).joined(piece.when)
        self._near = piece.place or self._near
        self._away = piece.away or self._away
        self._camera = piece.camera or self._camera
        if piece.kind == "favourites":
            self._favourites = True
        elif piece.media and piece.media not in self._media:
            self._media.append(piece.media)
        if piece.note:
            self.notes.append(piece.note)

    def _add_span(self, kind: Kind, words: Sequence[Word]) -> None:
        last = words[-1]
        end = last.start + len(text_of([last]))
        self._spans.append(Span(words[0].start, end, kind))

    def reading(self, text: str) -> Reading:
        """The query as it was read."""
        self.notes += self._language_notes()
        query = limited(text, self._all_terms(), self.notes, is_read=bool(self._spans))
        if query.terms and query.terms != tuple(self._all_terms()):
            return Reading(text, query.terms, notes=query.notes)
        return Reading(
            text,
            query.terms,
            any=tuple(self._any),
            when=self._when,
            near=self._near,
            away=self._away,
            media=tuple(self._media),
            favourites=self._favourites,
            exact=tuple(self._exact),
            camera=self._camera,
            spans=tuple(sorted(self._spans, key=lambda span: span.start)),
            notes=query.notes,
        )

    def _language_notes(self) -> list[str]:
        keys = [word.key for word in self.words]
        keys += [key_of(word) for term in self._terms for word in term.text.split()]
        keys += [key_of(word) for group in self._any for each in group for word in each.split()]
        note = language_note(keys)
        return [note] if note else []

    def _all_terms(self) -> list[Term]:
        """The terms, the plain words as one of them, placed where the first of them stood."""
        terms = list(self._terms)
        texts = [word.text for word in self.words]
        if texts and not (self._spans and all(map(is_punctuation, texts))):
            plain = text_of(self.words) if self._spans else " ".join(texts)
            terms.insert(self._position, Term(plain))
        return terms
