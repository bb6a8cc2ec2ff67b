"""Retrieval metrics as small functions of scores and relevance.

Legend: Q queries, N photos, K a cut-off. Higher scores are better.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Relevance: TypeAlias = NDArray[np.bool_]


def first_rank(scores: Floats, relevant: Relevance) -> NDArray[np.int64]:
    """The rank, from 1, of each query's best relevant photo: [Q, N], [Q, N] -> [Q].

    Ties count against the query: a relevant photo stands behind every irrelevant one with the
    same score. A query without a relevant photo gets N + 1.
    """
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    ahead = (scores >= best) & ~relevant
    found = relevant.any(axis=1)
    ranks: NDArray[np.int64] = np.where(found, ahead.sum(axis=1) + 1, scores.shape[1] + 1)
    return ranks


def recall_at(ranks: NDArray[np.int64], k: int) -> Floats:
    """1.0 for queries answered within the first k, else 0.0: [Q] -> [Q]."""
    return (ranks <= k).astype(np.float32)


def average_precision(scores: Floats, relevant: Relevance) -> Floats:
    """Mean of the precisions at each relevant photo: [Q, N], [Q, N] -> [Q].

    Equation 8.4 of Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008).
    Ties keep the order of the photos. A query without a relevant photo gives 0.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    hits = np.take_along_axis(relevant, order, axis=1)
    precision = np.cumsum(hits, axis=1) / np.arange(1, scores.shape[1] + 1)
    total: Floats = (precision * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1)
    return total.astype(np.float32)


def ndcg_at(scores: Floats, relevant: Relevance, k: int) -> Floats:
    """Normalised discounted cumulative gain of the first k: [Q, N], [Q, N] -> [Q], 0 to 1.

    Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418, with gains of 0 or 1 and the
    discount 1 / log2(rank + 1). Ties keep the order of the photos. A query without a relevant
    photo gives 0.
    """
    first = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    discounts = 1 / np.log2(np.arange(2, first.shape[1] + 2))
    gains = np.take_along_axis(relevant, first, axis=1) @ discounts
    best = np.concatenate(([0.0], np.cumsum(discounts)))
    ideal = best[np.minimum(relevant.sum(axis=1), first.shape[1])]
    found: Floats = (gains / np.where(ideal == 0, 1, ideal)).astype(np.float32)
    return found
