"""A scan that several threads share finds what one call of faiss finds."""

from __future__ import annotations

import faiss
import numpy as np
import pytest

from photosearch.index import nearest
from photosearch.index.vector_file import KINDS, Vectors

N, D = 400, 16


def build(kind: str, vectors: np.ndarray) -> Vectors:
    index = faiss.index_factory(D, f"IDMap2,{kind}", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add_with_ids(vectors, 5 + 3 * np.arange(len(vectors)))
    return Vectors(index, 1)


@pytest.fixture
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "LEAST_SHARE", 50)
    monkeypatch.setattr(nearest, "_CORES", 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [1, 20, N, 2 * N])
def test_shares_find_what_one_scan_finds(
    kind: str, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    vectors = build(kind, random.standard_normal((N, D), np.float32))
    query = random.standard_normal(D, np.float32)
    whole = vectors.nearest(query, k)
    monkeypatch.setattr(nearest, "LEAST_SHARE", 50)
    monkeypatch.setattr(nearest, "_CORES", 3)
    assert vectors.nearest(query, k) == whole


def test_among_equals_of_all_shares_the_lowest_ids_win(small_shares: None) -> None:
    vectors = build("Flat", np.tile(np.eye(1, D, dtype=np.float32), (N, 1)))
    ids, scores = vectors.nearest(np.eye(1, D, dtype=np.float32)[0], 7)
    assert ids == [5, 8, 11, 14, 17, 20, 23]
    assert scores == [1.0] * 7
