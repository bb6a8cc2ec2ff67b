"""What a negative word does to the order of photos."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.query.embed import QueryVectors
from photosearch.query.negation import PENALTY, Ids, nearest_but


class Photos:
    """Unit vectors [N, D] under the ids from 1 on, and how many were asked for."""

    def __init__(self, vectors: Floats) -> None:
        self.vectors = vectors
        self.asked: list[int] = []

    def nearest(self, vector: Floats, k: int, allowed: Ids | None) -> tuple[list[int], list[float]]:
        self.asked.append(k)
        ids = np.arange(1, len(self.vectors) + 1) if allowed is None else allowed
        scores = self.vectors[ids - 1] @ vector
        order = np.lexsort((ids, -scores))[:k]
        return ids[order].tolist(), scores[order].tolist()

    def find(
        self, query: QueryVectors, k: int, allowed: Ids | None = None
    ) -> tuple[list[int], list[float]]:
        return nearest_but(self.nearest, query, k, allowed)


def unit(rows: NDArray[Any]) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


@pytest.fixture
def photos() -> Photos:
    return Photos(unit(np.random.default_rng(0).standard_normal((3000, 8))))


@pytest.fixture
def query() -> QueryVectors:
    drawn = unit(np.random.default_rng(1).standard_normal((3, 8)))
    return QueryVectors(drawn[0], drawn[1:], (1.0, 2.5))


def by_formula(photos: Photos, query: QueryVectors) -> tuple[list[int], NDArray[np.float64]]:
    """Every photo, by the formula at the top of the module."""
    toward = (photos.vectors @ query.toward).astype(np.float64)
    scores = toward.copy()
    for vector, strength in zip(query.away, query.strengths, strict=True):
        away = (photos.vectors @ vector).astype(np.float64)
        scores -= PENALTY * strength * np.maximum(0, away)
    order = np.lexsort((np.arange(len(scores)), -scores))
    return (order + 1).tolist(), scores[order]


@pytest.mark.parametrize("k", [1, 20, 500, 3000, 10**6])
def test_the_best_are_exactly_those_of_the_formula(
    photos: Photos, query: QueryVectors, k: int
) -> None:
    ids, scores = photos.find(query, k)
    wanted, values = by_formula(photos, query)
    assert ids == wanted[:k]
    np.testing.assert_allclose(scores, values[:k], atol=1e-6)


def test_more_photos_are_looked_at_where_the_best_stand_back() -> None:
    both = np.array([0.8, 0.6, 0.0], np.float32)  # much of what is wanted, more of what is not
    only = unit(np.array([0.5, 0.0, 0.8], np.float32))
    photos = Photos(np.stack([both] * 200 + [only] * 100))
    query = QueryVectors(np.array([1, 0, 0], np.float32), both[None], (10.0,))
    assert photos.find(query, 5)[0] == [201, 202, 203, 204, 205]
    assert photos.asked == [100, 100, 400, 300]


def test_a_photo_that_shows_none_of_the_negative_keeps_its_score(photos: Photos) -> None:
    toward = photos.vectors[0]
    away = -toward[None]
    plain = photos.find(QueryVectors(toward, away[:0]), 20)
    assert photos.find(QueryVectors(toward, away, (10.0,)), 20) == plain


def test_no_score_is_raised(photos: Photos, query: QueryVectors) -> None:
    ids, scores = photos.find(query, 3000)
    plain = dict(zip(*photos.find(QueryVectors(query.toward, query.away[:0]), 3000), strict=True))
    assert all(score <= plain[number] for number, score in zip(ids, scores, strict=True))


def test_only_allowed_photos_are_found(photos: Photos, query: QueryVectors) -> None:
    allowed = np.arange(1, 3001, 7)
    ids, _ = photos.find(query, 50, allowed)
    assert ids == [number for number in by_formula(photos, query)[0] if number % 7 == 1][:50]


def test_nothing_is_found_among_nothing(photos: Photos, query: QueryVectors) -> None:
    assert photos.find(query, 5, np.empty(0, np.int64)) == ([], [])
