"""Calibration: from a score to the probability that a photo matches, and how far that holds.

Legend: Q queries, K hits of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.metrics import Floats
from photosearch.evaluate.significance import RESAMPLES, Estimate
from photosearch.manifest import Calibration

ROUNDS = 50
RIDGE = 1e-5  # keeps the slope finite where scores separate perfectly
_TENTHS = 10


def fit_calibration(kinds: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> Calibration:
    """Platt scaling (Platt 1999): logistic regression on scores, by Newton's method.

    Each kind of search gives scores of the hits that are shown and whether they are right, both of
    any one shape; it counts as much as the others, however many hits it has. The confidence is
    then the share of such hits that are right. Returns scale and bias.
    """
    scores = np.concatenate([scores.ravel() for scores, _ in kinds]).astype(np.float64)
    right = np.concatenate([right.ravel() for _, right in kinds]).astype(np.float64)
    share = np.concatenate([np.full(each.size, 1 / each.size / len(kinds)) for each, _ in kinds])
    x = np.stack([scores, np.ones_like(scores)], axis=1)
    weights: NDArray[np.float64] = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        weights -= np.linalg.solve(hessian, x.T @ (share * (p - right)) + RIDGE * weights)
    return Calibration(scale=round(float(weights[0]), 4), bias=round(float(weights[1]), 4))


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the confidence of some hits can be trusted."""

    queries: int
    hits: int
    error: Estimate  # expected calibration error, 0..1
    said: float  # mean confidence
    right: float  # share of the hits that are right


def expected_calibration_error(sure: Floats, right: NDArray[np.bool_]) -> Trust:
    """The mean distance of confidence and share right in tenths of confidence, weighted by hits.

    Guo et al. 2017, arXiv:1706.04599. sure [Q, K], the confidence of the first K hits of each
    query, and right [Q, K]. The interval resamples queries; like every mean of distances it is
    pulled up by chance, the more the fewer hits there are.
    """
    tenth = np.minimum((sure * _TENTHS).astype(np.int64), _TENTHS - 1)
    inside = tenth[:, :, None] == np.arange(_TENTHS)
    gaps = ((sure - right)[:, :, None] * inside).sum(axis=1)  # [Q, tenths]
    queries, shown = sure.shape
    random = np.random.default_rng(0)
    drawn = random.multinomial(queries, np.full(queries, 1 / queries), size=RESAMPLES)
    errors = np.abs(drawn @ gaps).sum(axis=1) / (queries * shown)
    low, high = np.percentile(errors, [2.5, 97.5])
    error = float(np.abs(gaps.sum(axis=0)).sum() / (queries * shown))
    return Trust(
        queries=queries,
        hits=sure.size,
        error=Estimate(error, float(low), float(high)),
        said=float(sure.mean()),
        right=float(right.mean()),
    )
