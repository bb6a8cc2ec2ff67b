"""Metrics of two models beside each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.data.evaluation_set import EvaluationSet, Sampling
from photosearch.encoder import cut
from photosearch.verify.measures import limits_of
from photosearch.verify.retrieval import Embedded, compare_retrieval, retrieval_checks

PHOTOS, EACH, D = 80, 3, 16


def embedded(noise: float) -> Embedded:
    """The same photos and captions for every noise, which moves the captions."""
    photos = np.random.default_rng(0).standard_normal((PHOTOS, D)).astype(np.float32)
    near = np.random.default_rng(1).standard_normal((PHOTOS * EACH, D)).astype(np.float32)
    moved = np.random.default_rng(2).standard_normal((PHOTOS * EACH, D)).astype(np.float32)
    captions = np.repeat(photos, EACH, axis=0) + 1.2 * near + noise * moved
    return Embedded(cut(photos, D), cut(captions, D))


DATA = EvaluationSet(
    photos=tuple(Path(f"{i}.jpg") for i in range(PHOTOS)),
    captions=tuple(str(i) for i in range(PHOTOS * EACH)),
    owners=tuple(i // EACH for i in range(PHOTOS * EACH)),
    photos_available=PHOTOS,
    captions_available=PHOTOS * EACH,
)


def test_equal_models_differ_by_nothing_at_all() -> None:
    found = compare_retrieval(embedded(0), embedded(0), DATA, Sampling())
    assert found.overlap == 1
    for both in found.metrics.values():
        assert both.torch == both.shipped
        assert (both.difference.mean, both.difference.low, both.difference.high) == (0, 0, 0)


def test_there_are_three_metrics_and_the_difference_is_paired() -> None:
    found = compare_retrieval(embedded(0), embedded(0.2), DATA, Sampling())
    assert list(found.metrics) == ["R@1", "R@10", "nDCG@10"]
    for both in found.metrics.values():
        change = both.shipped.mean - both.torch.mean
        assert both.difference.mean == pytest.approx(change, abs=1e-6)
        width = both.difference.high - both.difference.low
        assert width < both.torch.high - both.torch.low  # the same captions, so less is chance


def test_what_was_used_of_the_data_is_recorded() -> None:
    found = compare_retrieval(embedded(0), embedded(0), DATA, Sampling(seed=7))
    assert (found.photos, found.captions, found.seed) == (PHOTOS, PHOTOS * EACH, 7)


def test_a_model_that_finds_as_much_passes() -> None:
    found = compare_retrieval(embedded(0), embedded(0), DATA, Sampling())
    lost, noted = retrieval_checks(found, limits_of("int8"))
    assert (lost.outcome, lost.value) == ("passed", 0)
    assert noted.outcome == "noted"


def test_a_model_that_finds_less_fails() -> None:
    found = compare_retrieval(embedded(0), embedded(3), DATA, Sampling())
    lost, _ = retrieval_checks(found, limits_of("int8"))
    assert lost.outcome == "failed"
    assert lost.value == pytest.approx(-found.metrics["R@10"].difference.mean)
    assert "95 % interval" in lost.detail


def test_a_model_that_finds_more_passes() -> None:
    found = compare_retrieval(embedded(3), embedded(0), DATA, Sampling())
    assert next(retrieval_checks(found, limits_of("int8"))).outcome == "passed"


def test_one_caption_may_be_lost_however_few_there_are() -> None:
    found = compare_retrieval(embedded(0), embedded(0), DATA, Sampling())
    assert next(retrieval_checks(found, limits_of("int8"))).limit == max(0.005, 1 / (PHOTOS * EACH))


def test_without_data_it_is_reported_as_not_run() -> None:
    (check,) = retrieval_checks(None, limits_of("int8"))
    assert (check.name, check.outcome) == ("retrieval", "not run")
