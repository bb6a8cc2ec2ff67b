"""How far probabilities hold, and how well they tell that a library has no photo for a query.

Legend: R searches, K hits, Q queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from photosearch.evaluate.significance import Estimate, draws, ends
from tests.benchmarks.calibration.libraries import Found, Mask, Values

_TENTHS: Final = 10


@dataclass(frozen=True, slots=True)
class Held:
    """How far some probabilities hold."""

    error: Estimate  # expected calibration error, 0..1
    brier: float  # the mean square of probability less outcome
    said: float  # mean probability
    right: float  # share of the hits that are right


def held(sure: Values, found: Found, k: int) -> Held:
    """Of the first k hits; sure [R, K]. The interval resamples queries, with all their searches.

    Guo et al. 2017, arXiv:1706.04599, in tenths of probability.
    """
    some, right = sure[:, :k], found.right[:, :k]
    gaps = some - right
    tenth = np.minimum((some * _TENTHS).astype(np.int64), _TENTHS - 1)
    query = np.unique(found.query, return_inverse=True)[1]
    count = int(query.max()) + 1
    place = (query[:, None] * _TENTHS + tenth).ravel()
    sums = np.bincount(place, gaps.ravel(), minlength=count * _TENTHS).reshape(count, _TENTHS)
    hits = np.bincount(query, minlength=count) * some.shape[1]
    errors = np.concatenate(
        [np.abs(drawn @ sums).sum(axis=1) / (drawn @ hits) for drawn in draws(count, 0)]
    )
    low, high = ends(errors, count)
    mean = float(np.abs(sums.sum(axis=0)).sum() / some.size)
    return Held(
        Estimate(mean, float(low), float(high)),
        float((gaps**2).mean()),
        float(some.mean()),
        float(right.mean()),
    )


def false_positives(first: Values, present: Mask, recall: float) -> float:
    """Of searches without a right photo, the share whose first hit is as sure as this recall needs.

    first [R], the probability of first hits; recall is of the searches that have a right photo.
    """
    least = np.quantile(first[present], 1 - recall)
    return float((first[~present] >= least).mean())


def curve(first: Values, present: Mask, recalls: Values) -> Values:
    """False-positive rates at these recalls."""
    return np.array([false_positives(first, present, recall) for recall in recalls])
