"""A query's text to vectors, with a cache of the last queries.

Shape legend: M negative words, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from photosearch.encoder import Encoder, Floats
from photosearch.errors import QueryError
from photosearch.query.parse import NEGATIVE_WEIGHT, parse_query
from photosearch.types import Query

CACHED_QUERIES: Final = 256  # 2 kB each at D = 512
_CANCELLED = 1e-6  # a sum of unit vectors this short has no direction left, only rounding


@dataclass(frozen=True, slots=True, eq=False)
class QueryVectors:
    """What is looked for: photos near `toward`; those nearer to one of `away` are set back."""

    toward: Floats  # [D], unit norm
    away: Floats  # [M, D], unit norm
    strengths: tuple[float, ...] = ()  # [M], above 0; that of a plain negative word is 1


class QueryEmbedder:
    """Query texts to vectors. A query that was seen before is not encoded again."""

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        """`encoder` is called when a query has to be encoded."""
        self._embed = lru_cache(CACHED_QUERIES)(lambda query: embed_query(encoder(), query))

    def one(self, text: str) -> QueryVectors:
        """Raises QueryError for what is no string or holds no words."""
        found: QueryVectors = self._embed(parse_query(text))
        return found

    def all(self, queries: Iterable[Query]) -> list[QueryVectors]:
        """Queries that were read already."""
        return [self._embed(query) for query in queries]

    def each(self, texts: Iterable[str]) -> list[QueryVectors]:
        """One by one: encoded together, the last digits of a vector would depend on the others.

        Raises QueryError, before any is encoded, as `one` does.
        """
        queries = [parse_query(text) for text in texts]
        return [self._embed(query) for query in queries]


def embed_query(encoder: Encoder, query: Query) -> QueryVectors:
    """A weighted query as vectors: the sum of weight * term, and each negative term by itself.

    Without a positive term, the sum is that of the negative ones: photos least like them.

    Raises QueryError if there are no terms, a weight is not finite, or the terms cancel out.
    """
    if not query.terms:
        raise QueryError("the query is empty: got no words, expected at least one")
    weights = np.array([term.weight for term in query.terms], np.float32)  # [terms]
    if not np.isfinite(weights).all():
        raise QueryError(f"query weights: got {weights.tolist()}, expected finite numbers")
    terms = encoder.encode_texts([term.text for term in query.terms])  # [terms, D]
    if not (weights > 0).any():
        return QueryVectors(_direction(weights, terms), terms[:0])
    negative = weights < 0
    return QueryVectors(
        _direction(np.maximum(weights, 0), terms),
        terms[negative],
        tuple((weights[negative] / np.float32(NEGATIVE_WEIGHT)).tolist()),
    )


def _direction(weights: Floats, terms: Floats) -> Floats:
    """weights [terms], terms [terms, D] -> [D], unit norm."""
    total = (weights / max(float(np.abs(weights).max()), _CANCELLED)) @ terms
    length = float(np.linalg.norm(total))
    if length < _CANCELLED:
        raise QueryError("the parts of the query cancel each other out: nothing is left to find")
    return np.asarray(total / length, np.float32)
