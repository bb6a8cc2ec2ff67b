"""Retrieval metrics against loops over every pair and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from photosearch.evaluate.metrics import (
    Floats,
    Relevance,
    average_precision,
    caption_retrieval,
    caption_values,
    first_rank,
    label_retrieval,
    ndcg_at,
    recall_at,
)

Q, N = 5, 12
PHOTOS, EACH, D = 20, 3, 8


def distinct_scores(seed: int) -> Floats:
    random = np.random.default_rng(seed)
    return np.stack([random.permutation(N) for _ in range(Q)]).astype(np.float32)


def some_relevant(seed: int) -> Relevance:
    random = np.random.default_rng((seed, 1))
    relevant: Relevance = random.random((Q, N)) < 0.3
    relevant[:, seed % N] = True  # at least one a query
    return relevant


def sorted_rank(scores: list[float], relevant: list[bool]) -> int:
    """Best first, among equals the irrelevant first; count to the first relevant one."""
    order = sorted(zip(scores, relevant, strict=True), key=lambda pair: (-pair[0], pair[1]))
    for rank, (_score, wanted) in enumerate(order, start=1):
        if wanted:
            return rank
    return len(scores) + 1


few_values = arrays(np.float32, (3, 6), elements=st.sampled_from([0.0, 0.5, 1.0]))


@given(scores=few_values, relevant=arrays(np.bool_, (3, 6)))
def test_the_first_rank_is_that_of_a_sorted_list(scores: Floats, relevant: Relevance) -> None:
    expected = [sorted_rank(s, r) for s, r in zip(scores.tolist(), relevant.tolist(), strict=True)]
    assert first_rank(scores, relevant).tolist() == expected


def test_a_model_that_scores_all_alike_earns_no_rank() -> None:
    relevant = np.array([[True, False, False]])
    assert first_rank(np.zeros((1, 3), np.float32), relevant).tolist() == [3]


def test_a_query_without_an_answer_is_never_recalled() -> None:
    ranks = first_rank(np.ones((1, 3), np.float32), np.zeros((1, 3), np.bool_))
    assert recall_at(ranks, 3).tolist() == [0.0]


def test_recall_counts_the_rank_at_the_cut_off() -> None:
    assert recall_at(np.array([1, 5, 6]), 5).tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, relevant = distinct_scores(seed), some_relevant(seed)
    expected = [
        sklearn.average_precision_score(r, s) for s, r in zip(scores, relevant, strict=True)
    ]
    np.testing.assert_allclose(average_precision(scores, relevant), expected, rtol=1e-6)


def test_average_precision_of_the_textbook() -> None:
    """Relevant at ranks 1, 3 and 5: the mean of 1, 2/3 and 3/5."""
    scores = -np.arange(6, dtype=np.float32)[None, :]
    relevant = np.array([[True, False, True, False, True, False]])
    assert average_precision(scores, relevant)[0] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)


def test_relevant_photos_ahead_of_all_others_are_perfect() -> None:
    scores, relevant = distinct_scores(0), some_relevant(0)
    assert average_precision(scores + 100 * relevant, relevant) == pytest.approx(1.0)


def test_a_query_without_an_answer_has_no_precision() -> None:
    assert average_precision(distinct_scores(0), np.zeros((Q, N), np.bool_)).tolist() == [0.0] * Q


def test_ties_keep_the_order_of_the_photos() -> None:
    relevant = np.array([[False, True, False]])
    assert average_precision(np.zeros((1, 3), np.float32), relevant)[0] == pytest.approx(0.5)


@pytest.mark.parametrize("k", [1, 3, 10, N + 5])
@pytest.mark.parametrize("seed", range(3))
def test_ndcg_is_that_of_scikit_learn(seed: int, k: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, relevant = distinct_scores(seed), some_relevant(seed)
    expected = [
        sklearn.ndcg_score(r[None, :], s[None, :], k=k)
        for s, r in zip(scores, relevant, strict=True)
    ]
    np.testing.assert_allclose(ndcg_at(scores, relevant, k), expected, rtol=1e-6)


def test_ndcg_by_hand() -> None:
    """Relevant at ranks 1 and 3 of the first three; ideally at 1 and 2."""
    scores = -np.arange(6, dtype=np.float32)[None, :]
    relevant = np.array([[True, False, True, False, False, False]])
    expected = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert ndcg_at(scores, relevant, 3)[0] == pytest.approx(expected)


def test_one_relevant_photo_gains_by_its_rank() -> None:
    scores = -np.arange(4, dtype=np.float32)[None, :].repeat(4, axis=0)
    found = ndcg_at(scores, np.eye(4, dtype=np.bool_), 3)
    assert found.tolist() == pytest.approx([1, 1 / np.log2(3), 1 / 2, 0])


def test_a_query_without_an_answer_gains_nothing() -> None:
    assert ndcg_at(distinct_scores(0), np.zeros((Q, N), np.bool_), 10).tolist() == [0.0] * Q


def normalised(vectors: Floats) -> Floats:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


def unit(rows: int, seed: int) -> Floats:
    vectors = np.random.default_rng(seed).standard_normal((rows, D)).astype(np.float32)
    return normalised(vectors)


@pytest.fixture
def photos() -> Floats:
    return unit(PHOTOS, 0)


@pytest.fixture
def captions(photos: Floats) -> Floats:
    """Near their photo, but not so near that all are found at once."""
    return normalised(np.repeat(photos, EACH, axis=0) + 0.6 * unit(PHOTOS * EACH, 1))


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
