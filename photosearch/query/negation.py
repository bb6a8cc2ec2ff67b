"""Negative words: `dog -beach` finds photos of a dog, and sets back those that are more of a beach.

    score = toward - sum of strength * max(0, away - toward + margin)

over the inner products of a photo with the query's vectors. So a photo is set back if its odds of
being of a beach are 0.78 (e^-0.25) of its odds of being of a dog, or more, and by how much more;
every other keeps its place and its score. A score is never raised: who adds a negative word
sees photos leave, and the next ones come, in the order that they had.

Taking the vector of the negative word off that of the query, as CLIP search usually does, moves
every photo, and away from all that has to do with the word. Of 982 queries with a negative word
(tests/benchmarks/bench_negation.py) it made 366 worse than without the word and 393 better; this
makes 21 worse and 109 better. The worst of them is `jaguar -tiger`, which loses all jaguars: words
of one kind are told apart badly.

Shape legend: D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.manifest import Calibration
from photosearch.query.embed import QueryVectors

MARGIN: Final = 0.25  # of the logarithm of the odds; chosen on half of the queries
_POOL, _GROWTH = 100, 4  # photos that are looked at first, and how many times more if too few stay

Ids: TypeAlias = NDArray[np.int64]
Ranked: TypeAlias = tuple[list[int], list[float]]  # ids and scores
Nearest: TypeAlias = Callable[[Floats, int, Ids | None], Ranked]


def nearest_but(
    nearest: Nearest, query: QueryVectors, k: int, allowed: Ids | None, calibration: Calibration
) -> Ranked:
    """Ids and scores, k at most: best first, then lowest id first. Exact.

    `nearest(vector [D], k, allowed)` gives the best by inner product. A score is at most the inner
    product with `toward`, so the best k are found once the k-th is above all not looked at.
    """
    if not query.strengths:
        return nearest(query.toward, k, allowed)
    margin = MARGIN / calibration.scale if calibration.scale > 0 else 0.0
    pool = max(_POOL, _GROWTH * k)
    while True:
        ids, scores = nearest(query.toward, pool, allowed)
        lowered = _set_back(nearest, query, ids, scores, margin)
        best = sorted(zip((-score for score in lowered), ids, strict=True))[:k]
        if len(ids) < pool or -best[-1][0] > scores[-1]:
            return [number for _, number in best], [-score for score, _ in best]
        pool *= _GROWTH


def _set_back(
    nearest: Nearest, query: QueryVectors, ids: list[int], scores: list[float], margin: float
) -> list[float]:
    """The scores of these photos, less what the negative vectors take."""
    lowered = list(scores)
    some = np.array(sorted(ids), np.int64)
    for vector, strength in zip(query.away, query.strengths, strict=True):
        away = dict(zip(*nearest(vector, len(ids), some), strict=True))
        for position, (number, score) in enumerate(zip(ids, scores, strict=True)):
            lowered[position] -= strength * max(0.0, away[number] - score + margin)
    return lowered
