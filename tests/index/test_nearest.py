"""The nearest photos: exact scores decide, then lowest ids, however faiss rounds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import faiss
import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.index import nearest
from photosearch.index.nearest import Ids, stored_codes
from photosearch.index.vector_file import KINDS, Vectors
from tests.fixtures.write import FIXTURES

N, D = 400, 16
LEVELS = {
    name: getattr(faiss, f"SIMDLevel_{name}")
    for name in ("NONE", "AVX2", "AVX512", "ARM_NEON", "ARM_SVE")
    if hasattr(faiss, f"SIMDLevel_{name}")
}
SEARCHES = json.loads((FIXTURES / "ties.json").read_bytes())


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    """faiss as it runs on another processor, in turns."""
    config = faiss.SIMDConfig
    if not config.is_simd_level_available(LEVELS[request.param]):
        pytest.skip(f"this processor has no {request.param}")
    before = config.get_level()
    config.set_level(LEVELS[request.param])
    yield request.param
    config.set_level(before)


def load(kind: str) -> Vectors:
    return Vectors(faiss.read_index(str(FIXTURES / "ties" / f"{kind}.faiss")), 1)


@pytest.mark.parametrize("share", [20_000, 40])
@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["kind"])
def test_the_order_is_that_of_exact_scores(
    level: str, search: dict[str, Any], share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "LEAST_SHARE", share)
    monkeypatch.setattr(nearest, "_CORES", 3)
    vectors, query = load(search["kind"]), np.array(search["query"], np.float32)
    for k in (1, 2, 7, 20, 74, 75, 76, 150, 299, 300, 1000):
        ids, scores = vectors.nearest(query, k)
        assert ids == search["ids"][:k]
        assert scores == search["scores"][:k]  # to the bit


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["kind"])
def test_among_some_the_order_is_the_same(level: str, search: dict[str, Any]) -> None:
    vectors, query = load(search["kind"]), np.array(search["query"], np.float32)
    allowed: Ids = np.arange(9, 500, 6)
    wanted = [number for number in search["ids"] if number in set(allowed.tolist())]
    absent = np.append(allowed, [1 << 20])
    present = np.isin(7 + 2 * np.arange(vectors.count), allowed)
    for k in (1, 5, 21, 500):
        assert vectors.nearest(query, k, allowed)[0] == wanted[:k]
        assert vectors.nearest(query, k, absent)[0] == wanted[:k]
        assert vectors.nearest(query, k, present=present)[0] == wanted[:k]


def test_faiss_itself_orders_them_otherwise() -> None:
    """Else the two tests above would show nothing."""
    kinds = set()
    for search in SEARCHES:
        index = load(search["kind"]).index
        ids = index.search(np.array([search["query"]], np.float32), 300)[1][0].tolist()
        if ids != search["ids"]:
            kinds.add(search["kind"])
    assert kinds == set(KINDS)


def build(kind: str, vectors: Floats) -> Vectors:
    index = faiss.index_factory(vectors.shape[1], f"IDMap2,{kind}", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add_with_ids(vectors, np.arange(len(vectors)))
    return Vectors(index, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dim", [1, 2, 3, 31, 32, 33, 512])
def test_scores_are_those_of_exact_sums(kind: str, dim: int) -> None:
    random = np.random.default_rng(dim)
    made = build(kind, random.standard_normal((50, dim), np.float32))
    query = random.standard_normal(dim, np.float32)
    decoded = stored_codes(made.index.index).decode(np.arange(50))
    for number, score in zip(*made.nearest(query, 50), strict=True):
        terms = [
            Fraction(float(a)) * Fraction(float(b))
            for a, b in zip(query, decoded[number], strict=True)
        ]
        apart = abs(Fraction(score) - sum(terms))
        assert apart <= float(np.spacing(np.float32(abs(score)))) / 2 + 2.0**-45


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_are_decoded_as_faiss_does(kind: str) -> None:
    made = build(kind, np.random.default_rng(0).standard_normal((50, 24), np.float32))
    decoded = stored_codes(made.index.index).decode(np.arange(50))
    np.testing.assert_allclose(decoded, made.index.index.reconstruct_n(0, 50), atol=3e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_what_faiss_rounds_is_within_the_doubt(level: str, kind: str) -> None:
    random = np.random.default_rng(1)
    made = build(kind, random.standard_normal((2000, 96), np.float32))
    codes, positions = stored_codes(made.index.index), np.arange(2000)
    for query in random.standard_normal((20, 96), np.float32):
        scores, found = made.index.index.search(query[None], 2000)
        apart = np.abs(codes.scores(query, found[0])[0].astype(np.float64) - scores[0]).max()
        assert 2 * apart < codes.doubt(query, codes.scores(query, positions)[1] / 2)


def test_great_numbers_find_an_answer() -> None:
    made = build("Flat", np.full((40, 8), 1e19, np.float32))
    ids, scores = made.nearest(np.full(8, 1e18, np.float32), 3)
    assert ids == [0, 1, 2]
    assert not any(map(math.isfinite, scores)) or scores == sorted(scores, reverse=True)


def shares_of(kind: str, vectors: np.ndarray) -> Vectors:
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
    vectors = shares_of(kind, random.standard_normal((N, D), np.float32))
    query = random.standard_normal(D, np.float32)
    whole = vectors.nearest(query, k)
    monkeypatch.setattr(nearest, "LEAST_SHARE", 50)
    monkeypatch.setattr(nearest, "_CORES", 3)
    assert vectors.nearest(query, k) == whole


def test_among_equals_of_all_shares_the_lowest_ids_win(small_shares: None) -> None:
    vectors = shares_of("Flat", np.tile(np.eye(1, D, dtype=np.float32), (N, 1)))
    ids, scores = vectors.nearest(np.eye(1, D, dtype=np.float32)[0], 7)
    assert ids == [5, 8, 11, 14, 17, 20, 23]
    assert scores == [1.0] * 7
