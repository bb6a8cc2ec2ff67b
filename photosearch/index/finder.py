"""From query vectors to hits, in one view of the catalog.

Shape legend: D embedding width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import ShapeError
from photosearch.index.catalog import Catalog
from photosearch.index.filters import allowed_ids
from photosearch.index.hits import Names
from photosearch.index.nearest import Ids
from photosearch.index.searchable_vectors import Derived
from photosearch.index.space import Space
from photosearch.query.embed import QueryVectors
from photosearch.query.negation import nearest_but
from photosearch.types import Filter, Hit


class Finder:
    """Keeps what the next search will need again: names, and the photos that pass a filter."""

    def __init__(self, catalog: Catalog, derived: Derived) -> None:
        self._catalog, self._derived = catalog, derived
        self._names = Names(catalog)
        self._last_filter: tuple[Filter, int, Ids | None] | None = None

    def find(
        self,
        queries: Sequence[QueryVectors],
        k: int,
        filter: Filter | None,
        space: Space,
        *,
        words: bool,
    ) -> list[list[Hit]]:
        """At most k hits for each query, best first. Call inside one transaction.

        Raises ShapeError for a wrong vector, UsageError for a senseless filter.
        """
        current = self._derived.current(space)
        allowed = None if filter is None else self._allowed(filter, current.generation)
        calibration = space.calibration if words else None
        found = (
            nearest_but(current.nearest, query, k, allowed, space.calibration) for query in queries
        )
        return [self._names.hits(*each, current.generation, calibration) for each in found]

    def _allowed(self, filter: Filter, generation: int) -> Ids | None:
        """Kept for the next search, until a change that a filter could see."""
        if self._last_filter is None or self._last_filter[:2] != (filter, generation):
            self._last_filter = (filter, generation, allowed_ids(self._catalog, filter))
        return self._last_filter[2]


def as_query(vector: Floats) -> QueryVectors:
    """One vector, float32 [D]. Raises ShapeError for what is no array of numbers, or all zeros."""
    try:
        toward = np.asarray(vector, np.float32)
    except (TypeError, ValueError) as error:
        got = f"{type(vector).__name__} ({error})"
        raise ShapeError(f"vector: got {got}, expected float32 [D]") from error
    if toward.size and not toward.any():
        got = f"{list(toward.shape)} of zeros, which point nowhere"
        raise ShapeError(f"vector: got {got}, expected an embedding, float32 [D]")
    return QueryVectors(toward, np.empty((0, *toward.shape), np.float32))
