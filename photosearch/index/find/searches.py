"""The searches of `PhotoIndex`: by words, by a vector, by a photo; and the reading of words.

Shape legend: D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import RLock

from photosearch.encoder import Encoder, Floats
from photosearch.index.catalog import Catalog
from photosearch.index.find import hits
from photosearch.index.find.library import library_of
from photosearch.index.paths import PathLike
from photosearch.query.embed import QueryEmbedder, QueryVectors
from photosearch.query.library import Library
from photosearch.query.reading import Reading
from photosearch.query.wanted import queries_of
from photosearch.types import Filter, Hit


class Searches:
    """What `PhotoIndex` finds. It holds the parts that are only named here."""

    _lock: RLock
    _catalog: Catalog
    _encoder: Encoder | None
    _queries: QueryEmbedder
    _finder: hits.Finder
    _known: tuple[int, Library | None] | None = None  # generation, and what its photos say

    @property
    def encoder(self) -> Encoder:
        """The model of this index."""
        raise NotImplementedError

    def read(self, text: str, *, now: datetime | None = None, zone: str | None = None) -> Reading:
        """What a query asks for, as `read_query`, by what the photos of this index say.

        Raises QueryError for an empty query or what is no string, UsageError for a zone that there
        is not.
        """
        with self._lock, self._catalog.reading():
            return self._reading(text, now, zone)

    def library(self) -> Library | None:
        """Where and when the photos were taken, for `read_query`; None of no photo."""
        with self._lock, self._catalog.reading():
            found = self._facts()
            return found and Library.of(found.cells, is_dated=found.is_dated)

    def _reading(self, text: str, now: datetime | None, zone: str | None) -> Reading:
        from photosearch.query.read import read_query

        return read_query(text, now=now, zone=zone, library=self._facts())

    def _facts(self) -> Library | None:
        """What the photos say, read once until the catalog changes. Call inside a transaction."""
        generation = self._catalog.generation
        if self._known is None or self._known[0] != generation:
            self._known = (generation, library_of(self._catalog))
        return self._known[1]

    def search(self, text: str, k: int = 20, filter: Filter | None = None) -> list[Hit]:
        """The k photos that match what a person typed best, best first, see query/read.py.

        Dates and places, here and now, filter; words are looked for in the photos and beside them.
        Raises QueryError for an empty query or what is no string, UsageError for k < 1 or a
        senseless filter.
        """
        hits.check_k(k)
        return self.search_reading(self.read(text), k, filter)

    def search_many(
        self, texts: Iterable[str], k: int = 20, filter: Filter | None = None
    ) -> list[list[Hit]]:
        """What `search` finds for each of several texts, all of them in one state of the index.

        The filter is worked out once, and a text that is there twice is encoded once. Raises as
        `search` does, before any is searched, and UsageError for what is no list of texts.
        """
        from photosearch.models.batches import list_texts

        hits.check_k(k)
        given = list_texts(texts)
        with self._lock, self._catalog.reading():
            readings = [self._reading(text, None, None) for text in given]
            return [self._answer(reading, k, filter) for reading in readings]

    def search_reading(
        self, reading: Reading, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        """The k photos that a reading asks for, best first; what an app changed in it counts.

        Raises as `search` does.
        """
        hits.check_k(k)
        with self._lock, self._catalog.reading():
            return self._answer(reading, k, filter)

    def _answer(self, reading: Reading, k: int, filter: Filter | None) -> list[Hit]:
        queries = self._queries.all(queries_of(reading))
        return self._finder.answer(reading, queries, k, filter, self._encoder)

    def search_vector(self, vector: Floats, k: int = 20, filter: Filter | None = None) -> list[Hit]:
        """The k photos nearest to a unit vector, float32 [D], best first, then lowest id first.

        Scores are the same on every processor, and in Swift, see nearest.py. Raises ShapeError for
        another width or zeros only, UsageError for k < 1 or a senseless filter.
        """
        return self.search_query(hits.as_query(vector), k, filter)

    def search_query(
        self, query: QueryVectors, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        """The k photos that `embed_query` asks for, best first. Raises as `search_vector` does."""
        return self._search([query], k, filter, words=True)[0]

    def similar(
        self, photo: int | PathLike, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        """The k photos that look most like one, which is a catalog id or a path, indexed or not.

        The photo itself is left out; copies are not. `score` is a cosine; `confidence` is None: the
        model is calibrated for words only. Raises UsageError for an unknown id, or ImageError.
        """
        hits.check_k(k)
        with self._lock:
            number, vector = hits.photo_vector(self._catalog, photo, lambda: self.encoder)
            (found,) = self._search([hits.as_query(vector)], k + 1, filter, words=False)
        return hits.without(found, number)[:k]

    def _search(
        self, queries: Sequence[QueryVectors], k: int, filter: Filter | None, *, words: bool
    ) -> list[list[Hit]]:
        hits.check_k(k)
        with self._lock, self._catalog.reading():
            return self._finder.find(queries, k, filter, self._encoder, words=words)
