"""The paired test and its interval, over many sets whose truth is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.evaluate.paired import holm, paired

SETS = 2000


def drawn(groups: int, captions: int, shift: float, seed: int) -> NDArray[np.float64]:
    """Differences of two systems' hits, 0 or 1, in sets of photos with captions: sums [C, SETS].

    Captions of one photo are alike in how hard they are, and so are the systems. `shift` is what
    one of them has more in a tenth of the photos.
    """
    random = np.random.default_rng(seed)
    sums = np.zeros((groups, SETS))
    hard = random.random((groups, SETS))
    favoured = random.normal(0, 0.15, (groups, SETS))  # one photo suits one system
    for _ in range(captions):
        mine = random.random((groups, SETS)) < np.clip(hard + favoured + shift, 0, 1)
        theirs = random.random((groups, SETS)) < np.clip(hard - favoured, 0, 1)
        sums += mine.astype(float) - theirs
    return sums


def band(share: float) -> tuple[float, float]:
    """Where 95 % of sets of SETS lie: the binomial's, by the normal approximation."""
    width = 1.96 * np.sqrt(share * (1 - share) / SETS)
    return share - width, share + width


@pytest.mark.slow
@pytest.mark.parametrize(("captions", "groups"), [(1, 200), (5, 100)])
def test_one_in_twenty_sets_without_a_difference_shows_one(captions: int, groups: int) -> None:
    found = paired(drawn(groups, captions, 0, seed=captions), np.full(groups, captions))
    low, high = band(0.05)
    assert low <= (found.p <= 0.05).mean() <= high
    low, high = band(0.95)
    assert low <= ((found.low <= 0) & (found.high >= 0)).mean() <= high


@pytest.mark.slow
def test_intervals_hold_where_most_queries_agree() -> None:
    """As of nDCG: of 200 queries, three in ten differ."""
    random = np.random.default_rng(0)
    differ = random.random((200, SETS)) < 0.3
    found = paired(random.normal(size=(200, SETS)) * differ, np.ones(200, int))
    low, high = band(0.95)
    assert low <= ((found.low <= 0) & (found.high >= 0)).mean() <= high
    low, high = band(0.05)
    assert low <= (found.p <= 0.05).mean() <= high


@pytest.mark.slow
def test_a_detectable_difference_is_seen_four_times_in_five() -> None:
    groups = 300
    counts = np.full(groups, 5)
    truth = paired(drawn(groups, 5, 0, seed=5), counts).detectable.mean()
    sums = drawn(groups, 5, 0, seed=6) + 5 * truth
    assert (paired(sums, counts).p <= 0.05).mean() == pytest.approx(0.8, abs=0.03)


def test_few_groups_are_tried_in_all_ways() -> None:
    random = np.random.default_rng(0)
    sums = random.normal(size=(7, 3))
    signs = np.array(list(product([1, -1], repeat=7)))
    great = np.abs(signs @ sums) >= np.abs(sums.sum(axis=0)) - 1e-12
    np.testing.assert_allclose(paired(sums, np.ones(7, int)).p, great.mean(axis=0))


def test_what_is_the_same_is_not_shown_to_differ() -> None:
    found = paired(np.zeros((20, 1)), np.ones(20, int))
    assert (found.p[0], found.mean[0], found.low[0], found.high[0]) == (1, 0, 0, 0)


def test_holm_keeps_order_and_multiplies_the_smallest_by_all() -> None:
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.03])), [0.06, 0.03, 0.06])
    np.testing.assert_allclose(holm(np.array([0.9, 0.8])), [1, 1])
