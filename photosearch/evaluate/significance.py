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
    values: NDArray[np.floating],
    *,
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
    is_median: bool = False,
) -> Estimate:
    """Percentile bootstrap (Efron 1979) of the mean, or the median, of [Q] values.

    `groups` [Q] names what is drawn as one (the five captions of one photo are not independent).
    """
    keys = np.arange(len(values)) if groups is None else groups
    _, member = np.unique(keys, return_inverse=True)
    middle = _median if is_median else _mean
    middles = middle(values, member, seed)
    low, high = np.percentile(middles, [2.5, 97.5])
    centre = np.median(values) if is_median else values.mean()
    return Estimate(float(centre), float(low), float(high))


def _mean(
    values: NDArray[np.floating], member: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    sums, counts = np.bincount(member, weights=values), np.bincount(member)
    random = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for row in range(RESAMPLES):
        drawn = random.integers(len(sums), size=len(sums))
        means[row] = sums[drawn].sum() / counts[drawn].sum()
    return means


def _median(
    values: NDArray[np.floating], member: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """Of values that count as often as their group was drawn: the two middle ones' mean."""
    order = np.argsort(values, kind="stable")
    ranked, groups, count = values[order], member[order], int(member.max()) + 1
    random = np.random.default_rng(seed)
    medians = np.empty(RESAMPLES)
    for row in range(RESAMPLES):
        times = np.bincount(random.integers(count, size=count), minlength=count)[groups]
        passed = np.cumsum(times)
        below, above = np.searchsorted(passed, [(passed[-1] + 1) // 2, passed[-1] // 2 + 1])
        medians[row] = (ranked[below] + ranked[above]) / 2
    return medians
