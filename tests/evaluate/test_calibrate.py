"""From scores to probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photosearch.evaluate.calibrate import fit_calibration, top_hits


def test_a_known_logistic_is_recovered() -> None:
    random = np.random.default_rng(0)
    scores = random.uniform(0, 0.6, 50_000).astype(np.float32)
    relevant = random.random(50_000) < 1 / (1 + np.exp(-(12 * scores - 4)))
    found = fit_calibration(scores, relevant)
    assert found.scale == pytest.approx(12, rel=0.03)
    assert found.bias == pytest.approx(-4, rel=0.03)


def test_the_fit_is_that_of_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(1)
    scores = random.normal(0.3, 0.2, 500).astype(np.float32)
    relevant = random.random(500) < scores
    theirs = linear.LogisticRegression(C=1e6, tol=1e-10, max_iter=1000)
    theirs.fit(scores[:, None], relevant)
    found = fit_calibration(scores, relevant)
    assert found.scale == pytest.approx(theirs.coef_[0, 0], rel=2e-3)
    assert found.bias == pytest.approx(theirs.intercept_[0], rel=2e-3)


def test_fitted_probabilities_are_right_on_average() -> None:
    random = np.random.default_rng(2)
    scores = random.uniform(-1, 1, 2000).astype(np.float32)
    relevant = random.random(2000) < 0.3 + 0.3 * scores
    found = fit_calibration(scores, relevant)
    p = 1 / (1 + np.exp(-(found.scale * scores + found.bias)))
    assert p.mean() == pytest.approx(relevant.mean(), abs=1e-3)


def test_scores_that_separate_perfectly_give_a_finite_slope() -> None:
    scores = np.linspace(-1, 1, 50, dtype=np.float32)
    found = fit_calibration(scores, scores > 0)
    assert found.scale > 1
    assert math.isfinite(found.scale)
    assert math.isfinite(found.bias)


@pytest.mark.parametrize("answer", [False, True])
def test_one_kind_of_answer_gives_a_finite_fit(answer: bool) -> None:
    found = fit_calibration(np.linspace(0, 1, 20, dtype=np.float32), np.full(20, answer))
    assert math.isfinite(found.scale)
    assert (found.scale * 0.5 + found.bias > 0) == answer


def test_the_top_hits_are_the_best_with_their_relevance() -> None:
    scores = np.array([[0.1, 0.9, 0.5], [0.7, 0.2, 0.3]], np.float32)
    relevant = np.array([[True, False, True], [False, True, False]])
    chosen, wanted = top_hits(scores, relevant, k=2)
    assert chosen.tolist() == pytest.approx([0.9, 0.5, 0.7, 0.3])
    assert wanted.tolist() == [False, True, False, False]


def test_fewer_photos_than_top_hits_are_all_taken() -> None:
    chosen, _ = top_hits(np.ones((2, 3), np.float32), np.ones((2, 3), np.bool_), k=10)
    assert chosen.shape == (6,)
