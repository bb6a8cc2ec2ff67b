"""From scores to probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photosearch.evaluate.calibration import expected_calibration_error, fit_calibration
from photosearch.evaluate.metrics import Floats
from photosearch.evaluate.metrics import Relevance as Right


def hits(scale: float, bias: float, count: int, seed: int = 0) -> tuple[Floats, Right]:
    """Scores under a logistic, and which of them are right."""
    random = np.random.default_rng(seed)
    scores = random.uniform(-1, 1, (count, 10)).astype(np.float32)
    return scores, random.random(scores.shape) < 1 / (1 + np.exp(-(scale * scores + bias)))


def test_a_known_logistic_is_recovered() -> None:
    found = fit_calibration([hits(12, -4, 20_000)])
    assert found.scale == pytest.approx(12, rel=0.05)
    assert found.bias == pytest.approx(-4, rel=0.05)


def test_the_fit_is_that_of_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    kinds = [hits(6, -1, 50), hits(9, -4, 30, seed=1)]
    theirs = linear.LogisticRegression(C=1e4, tol=1e-10, max_iter=1000)
    weights = np.repeat([1 / 500, 1 / 300], [500, 300])
    scores, right = (
        np.concatenate([each.ravel() for each in part]) for part in zip(*kinds, strict=True)
    )
    theirs.fit(scores[:, None], right, sample_weight=weights)
    found = fit_calibration(kinds)
    assert found.scale == pytest.approx(theirs.coef_[0, 0], rel=1e-2)
    assert found.bias == pytest.approx(theirs.intercept_[0], rel=1e-2)


def test_many_hits_of_a_kind_count_no_more_than_a_few() -> None:
    (scores, right), other = hits(6, -1, 20), hits(9, -4, 20, seed=1)
    often = np.tile(scores, (50, 1)), np.tile(right, (50, 1))
    assert fit_calibration([(scores, right), other]) == fit_calibration([often, other])


def test_scores_that_separate_perfectly_give_a_finite_slope() -> None:
    scores = np.linspace(-1, 1, 50, dtype=np.float32)
    found = fit_calibration([(scores, scores > 0)])
    assert found.scale > 1
    assert math.isfinite(found.scale)
    assert math.isfinite(found.bias)


def test_hits_that_are_all_wrong_give_a_low_confidence() -> None:
    scores = np.linspace(0, 1, 50, dtype=np.float32)
    found = fit_calibration([(scores, np.zeros(50, np.bool_))])
    assert found.scale * 0.5 + found.bias < -3


def test_the_calibration_error_is_the_weighted_distance_in_tenths() -> None:
    # By hand: (0.05 - 0) of two hits, (0.85 - 1) and (0.85 - 0) of one each, in one tenth.
    sure = np.array([[0.05, 0.85], [0.05, 0.85]], np.float32)
    found = expected_calibration_error(sure, np.array([[False, True], [False, False]]))
    assert found.error.mean == pytest.approx((2 * 0.05 + abs(1.7 - 1)) / 4)
    assert (found.queries, found.hits) == (2, 4)
    assert found.said == pytest.approx(0.45)
    assert found.right == 0.25


def test_confidence_that_holds_has_hardly_an_error() -> None:
    random = np.random.default_rng(0)
    sure = random.uniform(0, 1, (5000, 10)).astype(np.float32)
    found = expected_calibration_error(sure, random.random(sure.shape) < sure)
    assert found.error.mean < 0.01
    assert found.error.low <= found.error.mean <= found.error.high + 0.01


def test_complete_confidence_belongs_to_the_last_tenth() -> None:
    found = expected_calibration_error(np.ones((3, 1), np.float32), np.ones((3, 1), np.bool_))
    assert found.error.mean == 0.0
