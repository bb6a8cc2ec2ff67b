"""How the benchmark fits rules and measures them, against what the package has."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.evaluate.calibration import expected_calibration_error, fit_calibration
from photosearch.manifest import Calibration
from tests.benchmarks.calibration.libraries import Background, Found
from tests.benchmarks.calibration.measures import curve, false_positives, held
from tests.benchmarks.calibration.rules import constant, fit, looks, normalised, photos, score


@pytest.fixture
def found() -> Found:
    """Two hundred searches of one hit, which is right the more likely the better it scores."""
    random = np.random.default_rng(0)
    scores = random.uniform(0, 1, (200, 1))
    right = random.random((200, 1)) < scores
    return Found(
        name="words",
        family="made up",
        scores=scores,
        right=right,
        query=np.arange(200),
        words=np.ones(200, np.int64),
        photos=random.integers(10, 10_000, 200),
        present=right[:, 0],
        mean=np.full(200, 0.1),
        spread=np.full(200, 0.2),
    )


def test_a_rule_of_the_score_alone_is_platt_scaling(found: Found) -> None:
    expected = fit_calibration([(found.scores.astype(np.float32), found.right)])
    fitted = fit(looks((score,)), [found]).constants
    np.testing.assert_allclose(fitted, [expected.scale, expected.bias], atol=0.01)


def test_the_error_of_a_rule_is_the_expected_calibration_error(found: Found) -> None:
    fitted = fit(looks((score, photos)), [found])
    sure = fitted(found)
    expected = expected_calibration_error(sure.astype(np.float32), found.right)
    assert held(sure, found, 1).error.mean == pytest.approx(expected.error.mean, abs=1e-5)


def test_a_normalised_score_says_as_much_where_every_query_has_one_background(
    found: Found,
) -> None:
    one, other = (fit(looks((look,)), [found])(found) for look in (score, normalised))
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_isotonic_steps_never_fall(found: Found) -> None:
    fitted = fit(looks((score,)), [found], isotonic=True)
    order = np.argsort(found.scores[:, 0])
    assert (np.diff(fitted(found)[order, 0]) >= 0).all()


def test_a_background_gives_mean_and_deviation_of_scores() -> None:
    random = np.random.default_rng(1)
    photos = random.standard_normal((50, 4)).astype(np.float32)
    queries = random.standard_normal((3, 4)).astype(np.float32)
    mean, spread = Background(photos).of(queries)
    scores = queries.astype(np.float64) @ photos.T.astype(np.float64)
    np.testing.assert_allclose(mean, scores.mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(spread, scores.std(axis=1, ddof=1), atol=1e-6)


def test_false_positives_are_those_as_sure_as_the_recall_needs() -> None:
    first = np.array([0.9, 0.7, 0.5, 0.3, 0.8, 0.4, 0.2, 0.1])
    present = np.arange(8) < 4
    assert false_positives(first, present, 1.0) == 0.5
    np.testing.assert_array_equal(curve(first, present, np.array([0.0, 1.0])), [0.0, 0.5])


def test_the_rule_of_a_manifest_is_its_own_confidence(found: Found) -> None:
    sure = constant(Calibration(scale=2.0, bias=-1.0))(found)
    np.testing.assert_allclose(sure, 1 / (1 + np.exp(1 - 2 * found.scores)))
