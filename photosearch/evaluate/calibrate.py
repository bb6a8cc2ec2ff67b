"""From a score to the probability that a photo matches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.metrics import Floats, Relevance
from photosearch.manifest import Calibration

TOP = 10  # hits of each query that a person looks at
ROUNDS = 50
RIDGE = 1e-3  # keeps the slope finite where scores separate perfectly


def top_hits(scores: Floats, relevant: Relevance, k: int = TOP) -> tuple[Floats, Relevance]:
    """Scores and relevance of the first k hits of each query: [Q, N] -> two of [Q * k]."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    chosen = np.take_along_axis(scores, order, axis=1)
    return chosen.ravel(), np.take_along_axis(relevant, order, axis=1).ravel()


def fit_calibration(scores: Floats, relevant: Relevance) -> Calibration:
    """Platt scaling (Platt 1999): logistic regression of relevance on score, by Newton's method.

    scores [M], relevant [M] -> scale and bias.
    """
    x = np.stack([scores.astype(np.float64), np.ones(len(scores))], axis=1)
    y = relevant.astype(np.float64)
    weights: NDArray[np.float64] = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        weights -= np.linalg.solve(hessian, x.T @ (p - y) + RIDGE * weights)
    return Calibration(scale=round(float(weights[0]), 4), bias=round(float(weights[1]), 4))
