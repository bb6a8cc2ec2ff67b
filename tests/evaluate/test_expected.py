"""Measures with ties, beside the mean over every order in which tied items can stand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.evaluate import expected
from photosearch.evaluate.places import Places, find_places

Grades = NDArray[np.int64]


def drawn(seed: int) -> tuple[Places, NDArray[np.float32], Grades, Grades]:
    """Few items and fewer scores, so that most are tied; some queries have no relevant item."""
    random = np.random.default_rng(seed)
    queries, items = int(random.integers(1, 5)), int(random.integers(1, 7))
    scores = random.integers(0, 3, (queries, items)).astype(np.float32)
    grades = random.integers(0, 4, (queries, items)) * (random.random((queries, items)) < 0.6)
    query, item = np.nonzero(grades)
    places = find_places(scores, np.eye(items, dtype=np.float32), (query, item))
    return places, scores, grades, grades[places.query, places.item]


def over_orders(
    scores: NDArray[np.float32], grades: Grades, value: Callable[[Grades], float]
) -> list[float]:
    """The mean of `value` of a ranking's grades, over all rankings that the scores allow."""
    means = []
    for row, judged in zip(scores, grades, strict=True):
        allowed = [
            order
            for order in permutations(range(len(row)))
            if all(row[a] >= row[b] for a, b in pairwise(order))
        ]
        means.append(float(np.mean([value(judged[list(order)]) for order in allowed])))
    return means


def dcg(ranked: Grades, k: int) -> float:
    return float(sum(grade / np.log2(place + 2) for place, grade in enumerate(ranked[:k])))


def precision_mean(ranked: Grades) -> float:
    hits = ranked > 0
    found = [hits[: place + 1].mean() for place in range(len(hits)) if hits[place]]
    return float(np.mean(found)) if found else 0.0


def first(ranked: Grades) -> int:
    return int(np.argmax(ranked > 0)) + 1 if (ranked > 0).any() else len(ranked) + 1


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("k", [1, 2, 5])
def test_measures_are_means_over_all_orders(seed: int, k: int) -> None:
    places, scores, grades, judged = drawn(seed)
    total = (grades > 0).sum(axis=1)

    def mean_of(value: Callable[[Grades], float]) -> list[float]:
        return over_orders(scores, grades, value)

    recalled = np.array(mean_of(lambda ranked: float((ranked[:k] > 0).sum())))
    ideal = np.array([dcg(-np.sort(-row), k) for row in grades])
    gained = np.array(mean_of(lambda ranked: dcg(ranked, k)))
    ap = mean_of(precision_mean)
    rr = mean_of(lambda ranked: (1 / first(ranked)) if (ranked > 0).any() else 0.0)
    np.testing.assert_allclose(expected.recall(places, k), recalled / np.maximum(total, 1))
    np.testing.assert_allclose(
        expected.success(places, k),
        mean_of(lambda ranked: float((ranked[:k] > 0).any())),
        atol=1e-12,
    )
    np.testing.assert_allclose(expected.average_precision(places), ap)
    np.testing.assert_allclose(expected.reciprocal_rank(places), rr)
    np.testing.assert_allclose(expected.rank(places), mean_of(lambda ranked: float(first(ranked))))
    np.testing.assert_allclose(
        expected.ndcg(places, k, judged), gained / np.where(ideal == 0, 1, ideal)
    )
