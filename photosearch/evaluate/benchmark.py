"""Benchmarks over embeddings: captions to photos, and names to photos.

Legend: N photos, Q queries, D embedding width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.metrics import (
    Floats,
    average_precision,
    first_rank,
    ndcg_at,
    recall_at,
)
from photosearch.evaluate.significance import Estimate, estimate

CUTOFFS = (1, 5, 10)


def caption_retrieval(
    photos: Floats, captions: Floats, owner: NDArray[np.int64]
) -> dict[str, Estimate]:
    """Text to photo: photos [N, D], captions [Q, D], owner [Q] is the photo of each caption.

    Returns R@1, R@5 and R@10; intervals resample photos.
    """
    relevant = owner[:, None] == np.arange(len(photos))[None, :]
    ranks = first_rank(captions @ photos.T, relevant)
    return {f"R@{k}": estimate(recall_at(ranks, k), groups=owner) for k in CUTOFFS}


def caption_values(photos: Floats, captions: Floats, owner: NDArray[np.int64]) -> dict[str, Floats]:
    """What each caption contributes to a metric: photos [N, D], captions [Q, D], owner [Q] -> [Q].

    R@1, R@10 and nDCG@10. Two models' values of the same captions can be compared in pairs.
    """
    relevant = owner[:, None] == np.arange(len(photos))[None, :]
    scores = captions @ photos.T
    ranks = first_rank(scores, relevant)
    return {
        "R@1": recall_at(ranks, 1),
        "R@10": recall_at(ranks, 10),
        "nDCG@10": ndcg_at(scores, relevant, 10),
    }


def label_retrieval(photos: Floats, labels: Sequence[str], queries: dict[str, Floats]) -> Estimate:
    """Mean average precision of asking for each label among all photos.

    photos [N, D], labels N names, queries name -> [D]. Labels without a photo are not asked.
    """
    asked = sorted(set(labels))
    relevant = np.array([[label == name for label in labels] for name in asked])
    scores = np.stack([queries[name] for name in asked]) @ photos.T
    return estimate(average_precision(scores, relevant))


def cut(vectors: Floats, width: int) -> Floats:
    """The first `width` numbers, unit norm again: [N, D] -> [N, width]."""
    short = vectors[:, :width]
    return short / np.maximum(np.linalg.norm(short, axis=1, keepdims=True), 1e-12)  # type: ignore[no-any-return]
