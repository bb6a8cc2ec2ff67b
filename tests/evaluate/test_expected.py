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


def of_scores(scores: NDArray[np.float32], relevant: NDArray[np.bool_]) -> Places:
    return find_places(scores, np.eye(scores.shape[1], dtype=np.float32), np.nonzero(relevant))


def untied(seed: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Scores of five queries over twelve items without a tie, and what is relevant, some to all."""
    random = np.random.default_rng(seed)
    scores = np.stack([random.permutation(12) for _ in range(5)]).astype(np.float32)
    relevant = random.random(scores.shape) < 0.3
    relevant[:, seed % 12] = True
    return scores, relevant


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    judge = pytest.importorskip("sklearn.metrics").average_precision_score
    scores, relevant = untied(seed)
    theirs = [judge(wanted, row) for wanted, row in zip(relevant, scores, strict=True)]
    ours = expected.average_precision(of_scores(scores, relevant))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("k", [1, 3, 10, 17])
@pytest.mark.parametrize("seed", range(3))
def test_ndcg_is_that_of_scikit_learn_with_ties_too(seed: int, k: int) -> None:
    judge = pytest.importorskip("sklearn.metrics").ndcg_score
    scores, relevant = untied(seed)
    scores //= 2  # pairs are tied
    both = zip(relevant, scores, strict=True)
    theirs = [judge(wanted[None], row[None], k=k) for wanted, row in both]
    ours = expected.ndcg(of_scores(scores, relevant), k)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_average_precision_of_the_textbook() -> None:
    """Relevant at ranks 1, 3 and 5: the mean of 1, 2/3 and 3/5."""
    scores = -np.arange(6, dtype=np.float32)[None]
    places = of_scores(scores, np.array([[True, False, True, False, True, False]]))
    assert expected.average_precision(places)[0] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)


def test_ndcg_by_hand() -> None:
    """Relevant at ranks 1 and 3 of the first three; ideally at 1 and 2."""
    scores = -np.arange(6, dtype=np.float32)[None]
    places = of_scores(scores, np.array([[True, False, True, False, False, False]]))
    best = 1 + 1 / np.log2(3)
    assert expected.ndcg(places, 3)[0] == pytest.approx((1 + 1 / np.log2(4)) / best)


def test_a_model_that_scores_all_alike_earns_what_chance_earns() -> None:
    places = of_scores(np.zeros((1, 4), np.float32), np.array([[True, False, False, False]]))
    assert expected.recall(places, 1).tolist() == [0.25]
    assert expected.rank(places).tolist() == [2.5]
