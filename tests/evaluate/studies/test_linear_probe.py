"""Logistic regression on embeddings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from photosearch.errors import ModelError, ShapeError, UsageError
from photosearch.evaluate.studies import linear_probe
from photosearch.evaluate.studies.labelled import Labelled, few_shot
from photosearch.evaluate.studies.linear_probe import DECADES, fit_probe, score_probe
from photosearch.progress import Progress
from tests.evaluate.studies.made import clusters, made_labelled

pytest.importorskip("sklearn")


def nearest_centre(train: Labelled, test: Labelled) -> float:
    """The share right of a classifier that knows means alone."""
    means = [train.photos[train.label == at].mean(axis=0) for at in range(len(train.classes))]
    return float((np.argmax(test.photos @ np.stack(means).T, axis=1) == test.label).mean())


def test_a_probe_tells_clusters_apart_as_well_as_their_centres_do() -> None:
    train, test = clusters(400, 6), clusters(200, 6, seed=1)
    photos, classes = score_probe(train, test)
    assert photos.queries == test.names
    assert photos.estimates()["top-1"].mean >= nearest_centre(train, test) - 0.05
    assert photos.estimates()["top-5"].mean >= photos.estimates()["top-1"].mean
    assert classes.queries == test.classes


def test_the_first_class_is_what_scikit_learn_predicts_with_that_c() -> None:
    from sklearn.linear_model import LogisticRegression

    train, test = clusters(200, 4), clusters(100, 4, seed=1)
    probe = fit_probe(train)
    theirs = LogisticRegression(C=probe.c, tol=1e-8, max_iter=5000).fit(train.photos, train.label)
    right = theirs.predict(test.photos) == test.label
    assert score_probe(train, test)[0].values["top-1"].tolist() == right.tolist()


def test_of_two_classes_each_has_a_plane() -> None:
    train, test = clusters(80, 2), clusters(80, 2, seed=1)
    probe = fit_probe(train)
    np.testing.assert_array_equal(probe.weights[0], -probe.weights[1])
    assert score_probe(train, test)[0].estimates()["top-1"].mean > 0.9


def test_c_is_one_of_those_that_validate_best() -> None:
    probe = fit_probe(clusters(200, 4))
    best = max(accuracy for _, accuracy in probe.sweep)
    assert dict(probe.sweep)[probe.c] == best


def test_of_values_that_validate_alike_the_surest_is_taken() -> None:
    """The weakest planes tell two points apart too, but not where one has a photo more."""
    train = clusters(39, 2)
    points = np.eye(2, 8, dtype=np.float32)[train.label]
    probe = fit_probe(replace(train, photos=points))
    assert probe.find(replace(train, photos=points)).ahead.max() == 0


def test_the_sweep_ends_where_accuracy_falls_and_halves_its_steps_around_the_peak() -> None:
    asked: list[float] = []

    def score(decade: float) -> tuple[float, float]:
        asked.append(decade)
        return 1 - abs(decade - 1.4) / 10, 0.0

    found = linear_probe._sweep(score)
    assert asked == [-2, 0, 2, 4, 1, 3, 0.5, 1.5]
    assert max(found, key=lambda decade: found[decade]) == 1.5


def test_a_sweep_that_only_rises_stays_within_its_range() -> None:
    found = linear_probe._sweep(lambda decade: (decade, 0.0))
    assert (min(found), max(found)) == (DECADES[0], DECADES[-1])


def test_a_fifth_of_each_class_validates_and_none_of_a_single_photo() -> None:
    label = np.repeat(np.arange(4), [10, 4, 2, 1])
    kept = linear_probe._validation(label)
    assert np.bincount(label[kept], minlength=4).tolist() == [2, 1, 1, 0]


def test_photos_of_classes_that_were_not_learned_count_as_wrong() -> None:
    train = made_labelled(np.eye(4).repeat(4, axis=0)[:12], np.repeat([0, 1, 2], 4), "abcd")
    test = made_labelled(np.eye(4), [0, 1, 2, 3], "abcd")
    found = score_probe(train, test)[0]
    assert found.values["top-1"].tolist() == [1, 1, 1, 0]
    text = " ".join(found.protocol)
    assert "1 photos are of classes without a training photo and count as wrong." in text
    assert "4 classes have fewer than 5 training photos." in text


def test_a_solver_that_did_not_converge_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_probe, "ROUNDS", 2)
    found = score_probe(clusters(100, 5), clusters(50, 5, seed=1))[0]
    assert "The solver stopped at 2 iterations, before it converged." in found.protocol


def test_the_same_photos_give_the_same_probe() -> None:
    one, two = (fit_probe(clusters(100, 4)) for _ in range(2))
    np.testing.assert_array_equal(one.weights, two.weights)
    assert one.sweep == two.sweep


def test_every_fit_is_told() -> None:
    heard: list[Progress] = []
    probe = fit_probe(clusters(60, 3), progress=heard.append)
    assert [each.done for each in heard] == list(range(1, len(probe.sweep) + 2))


def test_two_photos_of_each_class_are_enough() -> None:
    assert len(fit_probe(few_shot(clusters(60, 3), 2)).classes) == 3


def test_photos_that_cannot_be_learned_from_are_refused() -> None:
    data = clusters(20, 3)
    with pytest.raises(UsageError, match="got one training photo of each class"):
        fit_probe(few_shot(data, 1))
    with pytest.raises(UsageError, match="got training photos of 'b' alone"):
        fit_probe(made_labelled(np.eye(3), [1, 1, 1], "ab"))
    with pytest.raises(ModelError, match="NaN"):
        fit_probe(made_labelled(np.full((4, 2), np.nan), [0, 0, 1, 1], "ab"))
    with pytest.raises(UsageError, match="got 3 and 4 classes to learn and to judge"):
        score_probe(data, clusters(20, 4))
    with pytest.raises(ShapeError, match="expected one width"):
        score_probe(data, clusters(20, 3, width=8))
