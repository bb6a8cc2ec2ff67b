"""`Searcher`: photos by words, with any encoder and any index.

Shape legend: D embedding width.
"""

from __future__ import annotations

from typing import Protocol

from photosearch.encoder import Encoder
from photosearch.query.embed import QueryEmbedder, QueryVectors
from photosearch.types import Filter, Hit


class VectorIndex(Protocol):
    """The part of `PhotoIndex` that a search needs."""

    def search_query(
        self, query: QueryVectors, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        """The k photos that a query asks for among those that pass the filter."""
        ...


class Searcher:
    """Photos by what they show alone, for an encoder and an index that need not know each other.

    Words, signs and weights are those of `parse_query`. Dates, places and the words beside a photo
    are `PhotoIndex.search`'s.

    >>> searcher = Searcher(encoder=encoder, index=index)  # doctest: +SKIP
    >>> searcher.search("a dog on a beach", k=5)  # doctest: +SKIP
    """

    def __init__(self, *, encoder: Encoder, index: VectorIndex) -> None:
        self._index = index
        self._embedder = QueryEmbedder(lambda: encoder)

    def embed(self, text: str) -> QueryVectors:
        """The query as unit vectors. Raises QueryError if it holds no words."""
        return self._embedder.one(text)

    def search(self, text: str, k: int = 20, filter: Filter | None = None) -> list[Hit]:
        """At most k hits, best first; a query that was seen before is not encoded again.

        Raises QueryError for an empty query and UsageError for k < 1.
        """
        return self._index.search_query(self.embed(text), k, filter)
