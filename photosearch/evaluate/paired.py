"""Differences of pairs that come in groups: means, intervals, and how likely chance makes them.

Legend: C groups (the captions of one photo are one), K differences that are tested at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints
from photosearch.evaluate.significance import LEVEL, NORMAL, draws, ends

RESAMPLES, ORDERS = 5000, 10_000  # of the bootstrap, of the randomisation test
POWER = 0.8
_FEWEST = 6  # groups that can show anything at 5 %: of five, the least p is 1 / 16
_EXACT = 13  # groups up to which all orders are tried: 8,192
_ROWS = 500  # orders at a time


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

    Intervals: the expanded percentile bootstrap (see `ends`) that draws groups; corrected for skew
    (BCa), intervals of differences that are mostly zero miss the truth more often: their
    skew is noise. p: the paired randomisation test (Fisher 1935; Smucker et al. 2007,
    doi:10.1145/1321440.1321528), which exchanges the two systems in whole groups: all ways for 13
    groups or fewer, 10,000 drawn ones beyond. Detectable: at 5 % over all of `tests` (Bonferroni)
    and a power of 80 %, by the normal approximation, which flatters small sets; NaN below six
    groups, which can show nothing.
    """
    mean = sums.sum(axis=0) / counts.sum()
    resamples = draws(len(counts), seed, RESAMPLES)
    drawn = [(times @ sums) / (times @ counts)[:, None] for times in resamples]
    low, high = ends(np.concatenate(drawn), len(counts))
    error = _standard_error(sums, counts, mean)
    groups = len(counts)
    spread = error * np.sqrt(groups)
    varies = spread > 1e-9 * np.abs(mean)
    needed = NORMAL.inv_cdf(1 - LEVEL / 2 / tests) + NORMAL.inv_cdf(POWER)
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
