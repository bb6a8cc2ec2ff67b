"""Retrieval metrics: recall, average precision and nDCG of each query, and their means.

Legend: Q queries, N photos, K a cut-off, D embedding width. Higher scores are better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.significance import Estimate, estimate

Floats: TypeAlias = NDArray[np.float32]
Relevance: TypeAlias = NDArray[np.bool_]

CUTOFFS = (1, 5, 10)


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


def caption_retrieval(
    photos: Floats, captions: Floats, owner: NDArray[np.int64]
) -> dict[str, Estimate]:
    """Text to photo: photos [N, D], captions [Q, D], owner [Q] is the photo of each caption.

    Returns R@1, R@5 and R@10; intervals resample photos.
    """
    relevant = owner[:, None] == np.arange(len(photos))[None, :]
    ranks = first_rank(captions @ photos.T, relevant)
    return {f"R@{k}": estimate(recall_at(ranks, k), groups=owner) for k in CUTOFFS}


def caption_values(photos: Floats, captions: Floats, owner: NDArray[np.int64]) -> dict[str, Floats]:
    """What each caption contributes to a metric: photos [N, D], captions [Q, D], owner [Q] -> [Q].

    R@1, R@10 and nDCG@10. Two models' values of the same captions can be compared in pairs.
    """
    relevant = owner[:, None] == np.arange(len(photos))[None, :]
    scores = captions @ photos.T
    ranks = first_rank(scores, relevant)
    return {
        "R@1": recall_at(ranks, 1),
        "R@10": recall_at(ranks, 10),
        "nDCG@10": ndcg_at(scores, relevant, 10),
    }


def label_retrieval(photos: Floats, labels: Sequence[str], queries: dict[str, Floats]) -> Estimate:
    """Mean average precision of asking for each label among all photos.

    photos [N, D], labels N names, queries name -> [D]. Labels without a photo are not asked.
    """
    asked = sorted(set(labels))
    relevant = np.array([[label == name for label in labels] for name in asked])
    scores = np.stack([queries[name] for name in asked]) @ photos.T
    return estimate(average_precision(scores, relevant))
