"""Bootstrap intervals: how far a mean over queries can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.expected import Values

RESAMPLES = 2000
LEVEL = 0.05  # what an interval misses
NORMAL = NormalDist()
_DRAWN = 1 << 20  # groups at a time


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
    """Expanded percentile bootstrap of the mean, or the median, of [Q] values; see `ends`.

    `groups` [Q] names what is drawn as one (the five captions of one photo are not independent).
    """
    if not is_median:
        return estimates({"": values}, groups=groups, seed=seed)[""]
    member = _members(len(values), groups)
    medians = _medians(values, member, seed)
    low, high = ends(medians, int(member.max()) + 1)
    return Estimate(float(np.median(values)), float(low), float(high))


def estimates(
    values: Mapping[str, NDArray[np.floating]],
    *,
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Of several means over the same queries, each as `estimate` has it, by the same draws."""
    columns = np.stack(list(values.values()), axis=1).astype(np.float64)  # [Q, K]
    member = _members(len(columns), groups)
    counts = np.bincount(member)
    sums = np.stack([np.bincount(member, column) for column in columns.T], axis=1)
    drawn = [(each @ sums) / (each @ counts)[:, None] for each in draws(len(counts), seed)]
    low, high = ends(np.concatenate(drawn), len(counts))
    rows = zip(values, columns.mean(axis=0), low, high, strict=True)
    return {name: Estimate(*map(float, found)) for name, *found in rows}


def ends(drawn: Values, groups: int) -> tuple[Values, Values]:
    """Of the 95 % interval by what was drawn from `groups` groups: [resamples, ...] -> [...] twice.

    Percentiles (Efron 1979), a little further out (Hesterberg 2015,
    doi:10.1080/00031305.2015.1089789), since few groups spread less than what they were drawn from:
    by the root of n / (n - 1), and Student's t for the normal deviate (Abramowitz and Stegun
    26.7.5).
    """
    free, z = max(groups - 1, 1), NORMAL.inv_cdf(1 - LEVEL / 2)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    share = NORMAL.cdf(-t * float(np.sqrt(groups / free)))
    low, high = np.quantile(drawn, [share, 1 - share], axis=0)
    return low, high


def _members(count: int, groups: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """The place of each value's group: [Q]."""
    keys = np.arange(count) if groups is None else groups
    member: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1]
    return member


def draws(groups: int, seed: int, resamples: int = RESAMPLES) -> Iterator[Values]:
    """How often each group is drawn, with replacement: [a few, G], so many resamples in all."""
    random, rows = np.random.default_rng(seed), max(1, _DRAWN // groups)
    for start in range(0, resamples, rows):
        some = min(rows, resamples - start)
        places = random.integers(groups, size=(some, groups)) + groups * np.arange(some)[:, None]
        times = np.bincount(places.ravel(), minlength=some * groups)
        yield times.reshape(some, groups).astype(np.float64)


def _medians(values: NDArray[np.floating], member: NDArray[np.int64], seed: int) -> Values:
    """Of values that count as often as their group was drawn: the two middle ones' mean."""
    order = np.argsort(values, kind="stable")
    ranked, groups = values[order], member[order]
    medians = []
    for drawn in draws(int(member.max()) + 1, seed):
        for times in drawn:
            passed = np.cumsum(times[groups])
            below, above = np.searchsorted(passed, [(passed[-1] + 1) // 2, passed[-1] // 2 + 1])
            medians.append((ranked[below] + ranked[above]) / 2)
    return np.array(medians, np.float64)
