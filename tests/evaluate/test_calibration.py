"""From scores to probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.calibration import (
    chance_error,
    confidence,
    expected_calibration_error,
    fit_calibration,
    joined,
    ranked,
    reliability_bins,
    trust,
)
from photosearch.manifest import Calibration

Right = NDArray[np.bool_]


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


SCORES = np.array([[0.1, 0.9, 0.5]], np.float32)


def test_photos_are_ranked_with_what_is_right() -> None:
    found = ranked(SCORES, np.array([[True, False, False]]))
    assert found.scores[0].tolist() == pytest.approx([0.9, 0.5, 0.1])
    assert found.right.tolist() == [[False, False, True]]


def test_the_first_ten_are_those_of_a_stable_sort_also_where_scores_are_tied() -> None:
    random = np.random.default_rng(0)
    scores = random.integers(0, 6, (50, 40)).astype(np.float32)
    right = random.random(scores.shape) < 0.5
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    found = ranked(scores, right)
    np.testing.assert_array_equal(found.scores, np.take_along_axis(scores, order, axis=1))
    np.testing.assert_array_equal(found.right, np.take_along_axis(right, order, axis=1))


def test_two_libraries_are_joined_at_the_smaller_ones_depth() -> None:
    one, two = ranked(SCORES, SCORES > 0.8), ranked(SCORES[:, :2], SCORES[:, :2] > 0.8)
    assert joined([one, two]).scores.shape == (2, 2)


def test_confidence_is_the_logistic_of_the_score_however_far_out() -> None:
    scores = np.array([0.5, -1e4, 1e4], np.float32)
    sure = confidence(scores, Calibration(scale=4, bias=-1))
    assert sure.tolist() == pytest.approx([1 / (1 + math.exp(-1)), 0, 1])


def test_trust_is_told_for_the_first_hit_and_the_first_ten() -> None:
    found = trust(ranked(SCORES, SCORES > 0.8), Calibration(scale=0, bias=0))
    assert [each.hits for each in found.values()] == [1, 3]
    assert found["first hit"].error.mean == pytest.approx(0.5)  # half sure, and right


def test_the_bins_are_those_of_scikit_learn_and_add_up_to_the_error() -> None:
    curve = pytest.importorskip("sklearn.calibration").calibration_curve
    scores, right = hits(4, -1, 300)
    sure = confidence(scores, Calibration(scale=6, bias=-2))
    bins = list(reliability_bins(sure, right))
    shares, means = curve(right.ravel(), sure.ravel(), n_bins=10)
    assert [each.right for each in bins] == pytest.approx(shares.tolist())
    assert [each.said for each in bins] == pytest.approx(means.tolist())
    error = sum(each.hits * abs(each.said - each.right) for each in bins) / sure.size
    assert expected_calibration_error(sure, right).error.mean == pytest.approx(error, rel=1e-5)


def test_tenths_without_hits_are_left_out() -> None:
    bins = list(reliability_bins(np.array([[0.05, 1.0]], np.float32), np.array([[False, True]])))
    assert [(each.low, each.high, each.hits) for each in bins] == [(0, 0.1, 1), (0.9, 1, 1)]


def test_the_error_by_chance_is_that_of_confidence_that_holds() -> None:
    random = np.random.default_rng(1)
    sure = random.uniform(0, 1, (40, 1)).astype(np.float32)
    errors = [
        expected_calibration_error(sure, random.random(sure.shape) < sure).error.mean
        for _ in range(100)
    ]
    spread = float(np.std(errors)) / 10
    assert chance_error(sure) == pytest.approx(np.mean(errors), abs=4 * spread)
    assert chance_error(np.tile(sure, (100, 1))) < chance_error(sure) / 5


@pytest.mark.parametrize(
    ("sure", "shape", "error"),
    [
        (np.zeros((0, 1)), (0, 1), UsageError),
        (np.full((2, 1), np.nan), (2, 1), UsageError),
        (np.full((2, 1), 1.5), (2, 1), UsageError),
        (np.zeros((2, 1)), (1, 2), ShapeError),
        (np.zeros(2), (2,), ShapeError),
    ],
)
def test_what_is_no_confidence_of_hits_is_refused(
    sure: Floats, shape: tuple[int, ...], error: type[Exception]
) -> None:
    with pytest.raises(error, match="got"):
        expected_calibration_error(sure, np.zeros(shape, np.bool_))
    with pytest.raises(error, match="got"):
        list(reliability_bins(sure, np.zeros(shape, np.bool_)))
