"""Bootstrap intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photosearch.evaluate.significance import Estimate, estimate


@pytest.fixture
def values() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(0.6, 0.2, 400).astype(np.float32)


Values = np.ndarray[tuple[int], np.dtype[np.float32]]


def test_the_interval_is_that_of_the_normal_distribution(values: Values) -> None:
    found = estimate(values)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert found.mean == pytest.approx(values.mean())
    assert found.high - found.mean == pytest.approx(half, rel=0.1)
    assert found.mean - found.low == pytest.approx(half, rel=0.1)


@pytest.mark.slow
def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(2)
    draws = (random.normal(0.5, 0.1, 60).astype(np.float32) for _ in range(60))
    covered = sum(found.low <= 0.5 <= found.high for found in map(estimate, draws))
    assert covered >= 51  # 57 expected; fewer than 51 once in 200 such tests


def test_the_same_seed_gives_the_same_interval(values: Values) -> None:
    assert estimate(values, seed=3) == estimate(values, seed=3)


def test_another_seed_draws_another_interval(values: Values) -> None:
    assert estimate(values, seed=3) != estimate(values, seed=4)


def test_values_of_one_group_are_drawn_as_one(values: Values) -> None:
    """Each value five times over tells no more than once."""
    groups = np.repeat(np.arange(len(values)), 5)
    assert estimate(np.repeat(values, 5), groups=groups) == Estimate(
        *(pytest.approx(part, abs=1e-6) for part in _parts(estimate(values)))  # type: ignore[arg-type]
    )


def test_the_names_of_groups_do_not_matter(values: Values) -> None:
    groups = np.arange(len(values)) // 2
    assert estimate(values, groups=groups) == estimate(values, groups=10 * groups + 7)


def test_groups_of_unequal_size_keep_the_mean_of_the_values() -> None:
    values = np.array([1, 0, 0, 0], np.float32)
    assert estimate(values, groups=np.array([0, 1, 1, 1])).mean == 0.25


def test_an_estimate_reads_as_percent() -> None:
    assert Estimate(0.5, 0.4321, 0.5678).percent() == "50.0 [43.2, 56.8]"


def _parts(found: Estimate) -> tuple[float, float, float]:
    return found.mean, found.low, found.high
