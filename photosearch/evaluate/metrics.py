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
