"""Where relevant items stand, block by block, beside the whole matrix in float64."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.errors import ModelError, ShapeError
from photosearch.evaluate import find_places, places


@pytest.mark.parametrize("seed", range(8))
def test_blocks_and_float32_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos come twice, so that scores are tied, and once with one bit changed, so that float32
    may not tell them apart."""
    monkeypatch.setattr(places, "_BLOCK", 64)
    random = np.random.default_rng(seed)
    items = random.normal(size=(40, 16)).astype(np.float32)
    items /= np.linalg.norm(items, axis=1, keepdims=True)
    items[10:20] = items[:10]
    items[20:30] = items[:10]
    items[20:30, 0] = np.nextafter(items[20:30, 0], np.float32(2))
    queries = items[random.integers(40, size=9)] + np.float32(0.2)
    relevant = random.random((9, 40)) < 0.2
    relevant[3] = False
    query, item = np.nonzero(relevant)
    found = find_places(queries, items, (query, item))
    scores = np.einsum("qd,nd->qn", queries.astype(np.float64), items.astype(np.float64))
    own = scores[query, item][:, None]
    np.testing.assert_array_equal(found.ahead, (scores[query] > own).sum(axis=1))
    np.testing.assert_array_equal(found.tied, (scores[query] == own).sum(axis=1))
    assert found.tied_pairs() > 0


def test_embeddings_that_are_not_finite_are_refused() -> None:
    good = np.ones((3, 4), np.float32)
    bad = np.where(np.eye(3, 4) > 0, np.float32("nan"), good)
    none = np.zeros(0, np.int64)
    with pytest.raises(ModelError, match="items: got NaN"):
        find_places(good, bad, (none, none))
    with pytest.raises(ModelError, match="queries: got NaN"):
        find_places(bad, good, (none, none))


def test_two_widths_are_refused() -> None:
    none = np.zeros(0, np.int64)
    with pytest.raises(ShapeError, match="expected one width"):
        find_places(np.ones((2, 3), np.float32), np.ones((2, 4), np.float32), (none, none))


def test_other_numbers_than_floats_of_32_or_64_bits_are_refused() -> None:
    none, good = np.zeros(0, np.int64), np.ones((2, 3), np.float32)
    with pytest.raises(ShapeError, match="items: got float16, expected float32"):
        find_places(good, good.astype(np.float16), (none, none))
