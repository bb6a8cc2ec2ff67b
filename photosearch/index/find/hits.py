"""Query vectors to hits: the filter, the nearest photos, their names and confidence.

Shape legend: D embedding width.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from photosearch.encoder import Encoder, Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.find.columns import Columns, read_columns
from photosearch.index.find.filters import allowed_ids
from photosearch.index.identity import names_of
from photosearch.index.nearest import Ids, unit
from photosearch.index.paths import Source, absolute, on_disk, to_source
from photosearch.index.rows import (
    Space,
    check_space,
    encoder_space,
    read_details,
    read_space,
    read_vector,
)
from photosearch.index.searchable_vectors import VectorStore
from photosearch.manifest import Calibration
from photosearch.query.embed import QueryVectors
from photosearch.query.negation import nearest_but
from photosearch.query.reading import Reading
from photosearch.types import Filter, Hit, PhotoInfo

_MOST_SQUARE = float(np.finfo(np.float32).max)
_CERTAIN = 700.0  # a bias that makes each confidence 1: all that was asked for holds
_MOST_EXPONENT = 700.0  # exp of it is finite
_REMEMBERED = 16_384  # photos, about 1 kB each


class Finder:
    """Finds the hits of queries, and caches what the next search needs: names, the last filter."""

    def __init__(self, catalog: Catalog, vectors: VectorStore) -> None:
        self._catalog, self._vectors = catalog, vectors
        self._details = PhotoDetails(catalog)
        self._last_filter: tuple[Filter, int, Ids | None] | None = None
        self._columns: tuple[int, Columns] | None = None

    def answer(
        self,
        reading: Reading,
        queries: Sequence[QueryVectors],
        k: int,
        filter: Filter | None,
        encoder: Encoder | None,
    ) -> list[Hit]:
        """At most k hits for a reading, whose words were embedded, best first.

        Call inside one transaction. Raises as `find` does.
        """
        from photosearch.index.find.answer import answer

        space = self._space(queries, encoder)
        if space is None:
            return []
        current = self._vectors.current(space)
        found = answer(
            self._catalog,
            lambda: self._table(current.generation),
            reading,
            queries,
            current.nearest,
            k=k,
            filter=filter,
        )
        calibration = space.calibration if queries else Calibration(0.0, _CERTAIN)
        details = self._details.hits(found.ids, found.scores, current.generation, calibration)
        return [replace(hit, matched=found.matched.get(hit.id, ())) for hit in details]

    def find(
        self,
        queries: Sequence[QueryVectors],
        k: int,
        filter: Filter | None,
        encoder: Encoder | None,
        *,
        words: bool,
    ) -> list[list[Hit]]:
        """At most k hits for each query, best first. Call inside one transaction.

        `encoder` is what made the queries, if that is known: another process may have upgraded the
        index since. Raises WrongSpace, ShapeError for a wrong vector, UsageError for a senseless
        filter.
        """
        space = self._space(queries, encoder)
        if space is None:
            return [[] for _ in queries]
        current = self._vectors.current(space)
        allowed = None if filter is None else self._allowed(filter, current.generation)
        calibration = space.calibration if words else None
        found = (nearest_but(current.nearest, query, k, allowed) for query in queries)
        return [self._details.hits(*each, current.generation, calibration) for each in found]

    def _space(self, queries: Sequence[QueryVectors], encoder: Encoder | None) -> Space | None:
        """The space of the index, once the vectors were found to be directions in it."""
        for query in queries:
            for vector in (query.toward, *query.away):
                check_direction(vector)
        space = read_space(self._catalog)
        if space is not None and encoder is not None:
            check_space(space, encoder_space(encoder))
        return space

    def _allowed(self, filter: Filter, generation: int) -> Ids | None:
        """The ids that pass, cached for the next search until the catalog changes."""
        if self._last_filter is None or self._last_filter[:2] != (filter, generation):
            ids = allowed_ids(self._catalog, filter, self._table(generation))
            self._last_filter = (filter, generation, ids)
        return self._last_filter[2]

    def _table(self, generation: int) -> Columns:
        """What filters ask, read once until the catalog changes."""
        if self._columns is None or self._columns[0] != generation:
            self._columns = (generation, read_columns(self._catalog))
        return self._columns[1]


def as_query(vector: Floats) -> QueryVectors:
    """One vector, float32 [D]. Raises ShapeError for what is no array of numbers."""
    try:
        toward = np.asarray(vector, np.float32)
    except (TypeError, ValueError) as error:
        got = f"{type(vector).__name__} ({error})"
        raise ShapeError(f"vector: got {got}, expected float32 [D]") from error
    return QueryVectors(toward, np.empty((0, *toward.shape), np.float32))


def check_direction(vector: Floats) -> None:
    """Raises ShapeError for numbers that are not finite, zeros only, or what float32 cannot square.

    Swift says the same, see QueryVectorCheck.swift.
    """
    wide = vector.astype(np.float64).ravel()
    square = float(wide.dot(wide))
    if 0 < square <= _MOST_SQUARE or not wide.size:
        return
    bad = np.flatnonzero(~np.isfinite(wide))
    if len(bad):
        got, expected = f"{wide[bad[0]]} at place {bad[0]}", "finite numbers"
    elif square == 0:
        got, expected = f"{list(vector.shape)} of zeros, which point nowhere", "an embedding"
    else:
        got, expected = "numbers whose squares are beyond float32", "an embedding"
    raise ShapeError(f"vector: got {got}, expected {expected}")


def check_k(k: int) -> None:
    """Raises UsageError unless k is a whole number of at least 1."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise UsageError(f"k: got {k!r}, expected a whole number of at least 1")


class PhotoDetails:
    """Paths and metadata of photos, cached while the catalog stays the same.

    Queries that are typed letter by letter find mostly the same photos again.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._generation = -1
        self._known: dict[int, tuple[Path, PhotoInfo | None]] = {}

    def hits(
        self, ids: list[int], scores: list[float], generation: int, calibration: Calibration | None
    ) -> list[Hit]:
        """Best first, for ids of that generation. Without calibration, no confidence."""
        if self._generation != generation or len(self._known) > _REMEMBERED:
            self._generation, self._known = generation, {}
        known = self._known
        self._read([number for number in ids if number not in known])
        results = []
        for rank, (number, score) in enumerate(zip(ids, scores, strict=True), 1):
            path, info = known[number]
            near = min(max(score, -1.0), 1.0)  # the rounding of SQ8 may go beyond
            results.append(Hit(rank, number, path, near, _confidence(near, calibration), info))
        return results

    def _read(self, ids: list[int]) -> None:
        for number, path, info in read_details(self._catalog, ids):
            self._known[number] = (path, info)


def _confidence(score: float, calibration: Calibration | None) -> float | None:
    if calibration is None:
        return None
    exponent = -(calibration.scale * score + calibration.bias)
    return 1 / (1 + math.exp(min(max(exponent, -_MOST_EXPONENT), _MOST_EXPONENT)))


def without(hits: list[Hit], number: int | None) -> list[Hit]:
    """The hits without one photo, ranked again."""
    rest = [hit for hit in hits if hit.id != number]
    return [replace(hit, rank=rank) for rank, hit in enumerate(rest, 1)]


def photo_vector(
    catalog: Catalog, photo: int | str | os.PathLike[str], encoder: Callable[[], Encoder]
) -> tuple[int | None, Floats]:
    """A photo's id (None if it is not in the index) and unit vector [D].

    Raises UsageError for an id that is not there, ImageError for a file that cannot be read.
    """
    by_id = isinstance(photo, int | np.integer)
    keys = [int(photo)] if by_id else _sources(catalog, photo)  # type: ignore[arg-type]
    found = read_vector(catalog, "id" if by_id else "source", keys)
    if found is not None:
        return found[0], unit(found[1])
    if by_id:
        raise UsageError(f"no indexed photo has the id {photo}")
    from photosearch.images import load_photo

    model = encoder()
    path = on_disk(absolute(photo))  # type: ignore[arg-type]
    pixels = load_photo(path, image=model.image).pixels
    return None, model.encode_pixels(pixels[None])[0]


def _sources(catalog: Catalog, photo: str | os.PathLike[str]) -> list[Source]:
    return [to_source(path) for path in names_of(catalog, absolute(photo))]
