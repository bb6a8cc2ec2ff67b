"""Search as you type: a query seen before is not encoded again.

Shape legend: D embedding width.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from photosearch.encoder import Encoder, QueryVectors, embed_query
from photosearch.query.parse import parse_query
from photosearch.types import Filter, Hit, Query

CACHED_QUERIES = 256  # 2 kB each at D = 512


class VectorIndex(Protocol):
    """The part of `PhotoIndex` that a search needs."""

    def search_query(
        self, query: QueryVectors, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        """The k photos that a query asks for among those that pass the filter."""
        ...


class Searcher:
    """An encoder and an index, kept warm between queries.

    >>> searcher = Searcher(encoder=encoder, index=index)  # doctest: +SKIP
    >>> searcher.search("a dog on a beach", k=5)  # doctest: +SKIP
    """

    def __init__(self, *, encoder: Encoder, index: VectorIndex) -> None:
        self._index = index
        self._embed = lru_cache(CACHED_QUERIES)(lambda query: embed_query(encoder, query))

    def embed(self, text: str) -> QueryVectors:
        """The query as unit vectors. Raises QueryError if it holds no words."""
        query: Query = parse_query(text)
        return self._embed(query)

    def search(self, text: str, k: int = 20, filter: Filter | None = None) -> list[Hit]:
        """At most k hits, best first.

        Raises QueryError for an empty query and UsageError for k < 1.
        """
        return self._index.search_query(self.embed(text), k, filter)
