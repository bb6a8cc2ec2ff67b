"""Calibration: from a score to the probability that a photo matches (Platt scaling)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.metrics import Floats
from photosearch.manifest import Calibration

ROUNDS = 50
RIDGE = 1e-4  # keeps the slope finite where scores separate perfectly


def fit_calibration(matches: Sequence[Floats], strangers: Sequence[Floats]) -> Calibration:
    """Platt scaling (Platt 1999): logistic regression on scores, by Newton's method.

    `matches` are groups of scores of photos that do match, `strangers` groups of best scores in
    libraries without a match; each group, of any length, counts as much as the others of its side,
    and the two sides count the same. Returns scale and bias.
    """
    groups = [*matches, *strangers]
    sides = [1.0] * len(matches) + [0.0] * len(strangers)
    x = np.concatenate([np.stack([g, np.ones_like(g)], axis=1) for g in groups]).astype(np.float64)
    y = np.concatenate([np.full(len(g), side) for g, side in zip(groups, sides, strict=True)])
    counts = {1.0: len(matches), 0.0: len(strangers)}
    share = np.concatenate(
        [np.full(len(g), 1 / len(g) / counts[s]) for g, s in zip(groups, sides, strict=True)]
    )
    weights: NDArray[np.float64] = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        weights -= np.linalg.solve(hessian, x.T @ (share * (p - y)) + RIDGE * weights)
    return Calibration(scale=round(float(weights[0]), 4), bias=round(float(weights[1]), 4))
