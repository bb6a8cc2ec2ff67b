"""Differences of pairs that come in groups: means, intervals, and how likely chance makes them.

Legend: C groups (the captions of one photo are one), K differences that are tested at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints

RESAMPLES, ORDERS = 5000, 10_000  # of the bootstrap, of the randomisation test
LEVEL, POWER = 0.05, 0.8
_FEWEST = 6  # groups that can show anything at 5 %: of five, the least p is 1 / 16
_EXACT = 13  # groups up to which all orders are tried: 8,192
_ROWS = 500  # resamples at a time
_NORMAL = NormalDist()


@dataclass(frozen=True, eq=False)
class Paired:
    """Of each of K differences."""

    mean: Values  # [K]
    low: Values  # [K], of the 95 % interval
    high: Values  # [K]
    p: Values  # [K], two-sided
    effect: Values  # [K], the mean over the standard deviation of groups
    detectable: Values  # [K], the smallest mean that would be seen in four of five such sets


def paired(sums: Values, counts: Ints, *, tests: int = 1, seed: int = 0) -> Paired:
    """sums [C, K] of the differences in each group, counts [C] of how many these are.

    Intervals: the expanded percentile bootstrap (Hesterberg 2015,
    doi:10.1080/00031305.2015.1089789) that draws groups; corrected for skew (BCa), intervals of
    differences that are mostly zero miss the truth more often, the skew of a few being noise. p:
    the paired randomisation test (Fisher 1935; Smucker et al. 2007, doi:10.1145/1321440.1321528),
    which exchanges the two systems in whole groups: all ways for 13 groups or fewer, 10,000 drawn
    ones beyond. Detectable: at 5 % over all of `tests` (Bonferroni) and a power of 80 %, by the
    normal approximation, which flatters small sets; NaN below six groups, which can show nothing.
    """
    mean = sums.sum(axis=0) / counts.sum()
    drawn = np.concatenate(list(_resampled(sums, counts, seed)))
    low, high = _interval(drawn, len(counts))
    error = _standard_error(sums, counts, mean)
    groups = len(counts)
    spread = error * np.sqrt(groups)
    varies = spread > 1e-9 * np.abs(mean)
    needed = _NORMAL.inv_cdf(1 - LEVEL / 2 / tests) + _NORMAL.inv_cdf(POWER)
    return Paired(
        mean=mean,
        low=low,
        high=high,
        p=_chance(sums, seed),
        effect=np.divide(mean, spread, out=np.where(mean == 0, 0, np.nan), where=varies),
        detectable=np.where(varies & (groups >= _FEWEST), needed * error, np.nan),
    )


def holm(p: Values) -> Values:
    """Adjusted so that any false positive among all of them has its level (Holm 1979): [K]."""
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def _resampled(sums: Values, counts: Ints, seed: int) -> Iterator[Values]:
    """Means of groups that were drawn with replacement: [a few, K]."""
    random, groups = np.random.default_rng(seed), len(counts)
    for start in range(0, RESAMPLES, _ROWS):
        rows = min(_ROWS, RESAMPLES - start)
        times = np.stack(
            [
                np.bincount(random.integers(groups, size=groups), minlength=groups)
                for _ in range(rows)
            ]
        ).astype(np.float64)
        yield times @ sums / (times @ counts)[:, None]


def _interval(drawn: Values, groups: int) -> tuple[Values, Values]:
    """Ends, [K] each: percentiles, a little further out since few groups spread less than what they
    were drawn from: by the root of n / (n - 1), and Student's t for the normal deviate (Abramowitz
    and Stegun 26.7.5)."""
    free, z = max(groups - 1, 1), _NORMAL.inv_cdf(1 - LEVEL / 2)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    share = _NORMAL.cdf(-t * float(np.sqrt(groups / free)))
    low, high = np.quantile(drawn, [share, 1 - share], axis=0)
    return low, high


def _standard_error(sums: Values, counts: Ints, mean: Values) -> Values:
    """Of the mean, from the spread of whole groups: [K]. One group tells nothing of it."""
    groups = len(counts)
    if groups < 2:
        return np.full_like(mean, np.nan)
    apart = sums - counts[:, None] * mean
    error: Values = np.sqrt((apart**2).sum(axis=0) * groups / (groups - 1)) / counts.sum()
    return error


def _chance(sums: Values, seed: int) -> Values:
    """How often exchanging the systems by chance makes a difference as great: [K].

    Hits are whole numbers, so that many orders make just as great a one; of drawn ones, half of
    these count (mid-p: Lancaster 1961, doi:10.1080/01621459.1961.10482105), else a true
    null would show fewer than one in twenty.
    """
    groups, columns = sums.shape
    found, nearly = np.abs(sums.sum(axis=0)), 1e-9  # what adds up in another order differs a little
    as_great, greater, tried = np.zeros(columns), np.zeros(columns), 0
    for signs in _signs(groups, seed):
        made = np.abs(signs @ sums)
        as_great += (made >= found - nearly).sum(axis=0)
        greater += (made > found + nearly).sum(axis=0)
        tried += len(signs)
    if groups <= _EXACT:
        return as_great / tried
    p: Values = ((as_great + greater) / 2 + 1) / (tried + 1)
    return np.where((sums == 0).all(axis=0), 1.0, p)


def _signs(groups: int, seed: int) -> Iterator[Values]:
    """Which groups are exchanged, as -1: [a few, C]."""
    if groups <= _EXACT:
        ways = np.arange(2**groups)[:, None] >> np.arange(groups) & 1
        yield (1 - 2 * ways).astype(np.float64)
        return
    random = np.random.default_rng(seed + 1)
    for start in range(0, ORDERS, _ROWS):
        rows = min(_ROWS, ORDERS - start)
        yield (1 - 2 * random.integers(2, size=(rows, groups))).astype(np.float64)
