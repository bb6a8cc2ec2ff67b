"""Bootstrap intervals: how far a mean over queries can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % bootstrap interval, all in the unit of the values."""

    mean: float
    low: float
    high: float

    def percent(self) -> str:
        return f"{100 * self.mean:.1f} [{100 * self.low:.1f}, {100 * self.high:.1f}]"


def estimate(
    values: NDArray[np.float32], *, groups: NDArray[np.int64] | None = None, seed: int = 0
) -> Estimate:
    """Percentile bootstrap (Efron 1979) of the mean of [Q] values.

    `groups` [Q] names what is drawn as one (the five captions of one photo are not independent).
    """
    keys = np.arange(len(values)) if groups is None else groups
    _, member = np.unique(keys, return_inverse=True)
    sums = np.bincount(member, weights=values)
    counts = np.bincount(member)
    random = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for row in range(RESAMPLES):
        drawn = random.integers(len(sums), size=len(sums))
        means[row] = sums[drawn].sum() / counts[drawn].sum()
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high))
