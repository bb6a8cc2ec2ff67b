"""Negative words: `dog -beach` finds photos of a dog, and sets those back that show a beach.

    score = toward - 0.2 * sum of strength * max(0, away)

over the inner products of a photo with the query's vectors. A score is never raised. It is no
filter: a beach behind a large dog stays.

Best of eight ways in nDCG@10 over three kinds of queries, with the part of its vector across that
of the query, which is as good (tests/benchmarks/bench_negation.py). Taking more off, as CLIP
search usually does, moves photos away from all that has to do with the word; setting back only
those that are more of a beach than of a dog leaves most beaches where they were.

Shape legend: D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.query.embed import QueryVectors

PENALTY: Final = 0.2  # of a score for a negative word; chosen on half of the queries
_POOL, _GROWTH = 100, 4  # photos that are looked at first, and how many times more if too few stay

Ids: TypeAlias = NDArray[np.int64]
Ranked: TypeAlias = tuple[list[int], list[float]]  # ids and scores
Nearest: TypeAlias = Callable[[Floats, int, Ids | None], Ranked]


def nearest_but(nearest: Nearest, query: QueryVectors, k: int, allowed: Ids | None) -> Ranked:
    """Ids and scores, k at most: best first, then lowest id first. Exact.

    `nearest(vector [D], k, allowed)` gives the best by inner product. A score is at most the inner
    product with `toward`, so the best k are found once the k-th is above all not looked at.
    """
    if not query.strengths:
        return nearest(query.toward, k, allowed)
    pool = max(_POOL, _GROWTH * k)
    while True:
        ids, scores = nearest(query.toward, pool, allowed)
        lowered = _set_back(nearest, query, ids, scores)
        best = sorted(zip((-score for score in lowered), ids, strict=True))[:k]
        if len(ids) < pool or -best[-1][0] > scores[-1]:
            return [number for _, number in best], [-score for score, _ in best]
        pool *= _GROWTH


def _set_back(
    nearest: Nearest, query: QueryVectors, ids: list[int], scores: list[float]
) -> list[float]:
    """The scores of these photos, less what the negative vectors take."""
    lowered = list(scores)
    some = np.array(sorted(ids), np.int64)
    for vector, strength in zip(query.away, query.strengths, strict=True):
        away = dict(zip(*nearest(vector, len(ids), some), strict=True))
        for position, number in enumerate(ids):
            lowered[position] -= PENALTY * strength * max(0.0, away[number])
    return lowered
