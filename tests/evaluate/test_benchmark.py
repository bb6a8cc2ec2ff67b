"""Benchmarks over embeddings, against loops over every pair."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.evaluate.benchmark import (
    caption_retrieval,
    caption_values,
    cut,
    label_retrieval,
)
from photosearch.evaluate.metrics import Floats

PHOTOS, EACH, D = 20, 3, 8


def unit(rows: int, seed: int) -> Floats:
    vectors = np.random.default_rng(seed).standard_normal((rows, D)).astype(np.float32)
    return cut(vectors, D)


@pytest.fixture
def photos() -> Floats:
    return unit(PHOTOS, 0)


@pytest.fixture
def captions(photos: Floats) -> Floats:
    """Near their photo, but not so near that all are found at once."""
    return cut(np.repeat(photos, EACH, axis=0) + 0.6 * unit(PHOTOS * EACH, 1), D)


OWNER = np.repeat(np.arange(PHOTOS), EACH)


@pytest.mark.parametrize("k", [1, 5, 10])
def test_recall_counts_captions_whose_photo_is_among_the_first(
    photos: Floats, captions: Floats, k: int
) -> None:
    found = 0
    for caption, own in zip(captions, OWNER, strict=True):
        scores = [float(caption @ photo) for photo in photos]
        found += own in sorted(range(PHOTOS), key=lambda i: -scores[i])[:k]
    ours = caption_retrieval(photos, captions, OWNER)[f"R@{k}"]
    assert ours.mean == pytest.approx(found / len(captions))
    assert ours.low <= ours.mean <= ours.high


def test_the_values_of_single_captions_have_the_same_mean(photos: Floats, captions: Floats) -> None:
    values = caption_values(photos, captions, OWNER)
    means = caption_retrieval(photos, captions, OWNER)
    assert values["R@10"].mean() == pytest.approx(means["R@10"].mean)
    assert values["R@1"].mean() == pytest.approx(means["R@1"].mean)
    assert values["R@1"].mean() <= values["nDCG@10"].mean() <= values["R@10"].mean()


def test_captions_equal_to_their_photos_are_all_found_first(photos: Floats) -> None:
    found = caption_retrieval(photos, photos, np.arange(PHOTOS))
    assert found["R@1"].mean == 1.0


def test_label_retrieval_is_the_mean_over_names_that_have_photos(photos: Floats) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    labels = ["cat", "dog", "cat", "violin"] * (PHOTOS // 4)
    names = ("cat", "dog", "violin", "lighthouse")
    queries = dict(zip(names, unit(4, 2), strict=True))
    expected = [
        sklearn.average_precision_score([label == name for label in labels], photos @ queries[name])
        for name in names[:3]
    ]
    assert label_retrieval(photos, labels, queries).mean == pytest.approx(np.mean(expected))


def test_a_cut_vector_is_the_unit_vector_of_its_first_numbers() -> None:
    short = cut(np.array([[3, 4, 12], [0, 0, 5]], np.float32), 2)
    assert short.tolist() == [pytest.approx([0.6, 0.8]), [0, 0]]
