"""From scores to probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photosearch.evaluate.calibration import fit_calibration
from photosearch.evaluate.metrics import Floats


def sample(scale: float, bias: float, count: int) -> tuple[Floats, Floats]:
    """Scores of matches and of strangers under a logistic, as many of each."""
    random = np.random.default_rng(0)
    scores = random.uniform(-2 * bias / scale - 1, 1, count).astype(np.float32)
    match = random.random(count) < 1 / (1 + np.exp(-(scale * scores + bias)))
    return scores[match], scores[~match]


def test_a_known_logistic_is_recovered() -> None:
    matches, strangers = sample(12, -4, 100_000)  # symmetric about its midpoint: equal sides
    found = fit_calibration([matches], [strangers])
    assert found.scale == pytest.approx(12, rel=0.05)
    assert found.bias == pytest.approx(-4, rel=0.05)


def test_the_fit_is_that_of_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(1)
    matches = random.normal(0.4, 0.2, 500).astype(np.float32)
    strangers = random.normal(0.2, 0.2, 300).astype(np.float32)
    theirs = linear.LogisticRegression(C=1e4, tol=1e-10, max_iter=1000)
    weights = np.repeat([1 / 500, 1 / 300], [500, 300])
    answers = np.repeat([1, 0], [500, 300])
    theirs.fit(np.concatenate([matches, strangers])[:, None], answers, sample_weight=weights)
    found = fit_calibration([matches], [strangers])
    assert found.scale == pytest.approx(theirs.coef_[0, 0], rel=2e-2)
    assert found.bias == pytest.approx(theirs.intercept_[0], rel=2e-2)


def test_a_long_group_counts_no_more_than_a_short_one() -> None:
    low, high = np.full(10, 0.2, np.float32), np.full(10, 0.6, np.float32)
    middle = np.linspace(0, 1, 7, dtype=np.float32)
    once = fit_calibration([low, high], [middle])
    often = fit_calibration([np.tile(low, 50), high], [middle])
    assert once == often


def test_scores_that_separate_perfectly_give_a_finite_slope() -> None:
    scores = np.linspace(-1, 1, 50, dtype=np.float32)
    found = fit_calibration([scores[scores > 0]], [scores[scores <= 0]])
    assert found.scale > 1
    assert math.isfinite(found.scale)
    assert math.isfinite(found.bias)
