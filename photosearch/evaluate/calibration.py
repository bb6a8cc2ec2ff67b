"""Calibration: from a score to the probability that a photo matches, and how far that holds.

Legend: Q queries, N photos, K hits of each query, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.significance import RESAMPLES, Estimate
from photosearch.manifest import Calibration

HITS = {"first hit": 1, "first ten hits": 10}
ROUNDS = 50
RIDGE = 1e-5  # keeps the slope finite where scores separate perfectly
_TENTHS = 10


@dataclass(frozen=True, eq=False)
class Ranked:
    """The first ten photos of each query, best first."""

    scores: Floats  # [Q, K]
    right: NDArray[np.bool_]  # [Q, K]

    def first(self, k: int) -> tuple[Floats, NDArray[np.bool_]]:
        """[Q, k] of both."""
        return self.scores[:, :k], self.right[:, :k]


def ranked(scores: Floats, relevant: NDArray[np.bool_]) -> Ranked:
    """[Q, N], [Q, N]; ties keep the order of the photos."""
    k = min(max(HITS.values()), scores.shape[1])
    first = np.array([_best(row, k) for row in scores], np.int64).reshape(-1, k)
    return Ranked(
        np.take_along_axis(scores, first, axis=1), np.take_along_axis(relevant, first, axis=1)
    )


def joined(parts: Sequence[Ranked]) -> Ranked:
    """The queries of several libraries, as many hits of each."""
    k = min(part.scores.shape[1] for part in parts)
    return Ranked(
        np.concatenate([part.scores[:, :k] for part in parts]),
        np.concatenate([part.right[:, :k] for part in parts]),
    )


def confidence(scores: Floats, calibration: Calibration) -> Floats:
    """Of any shape, as the index computes it for a hit."""
    with np.errstate(over="ignore"):  # one over infinity is 0, as it should be
        sure: Floats = 1 / (1 + np.exp(-(calibration.scale * scores + calibration.bias)))
    return sure


def fit_calibration(kinds: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> Calibration:
    """Platt scaling (Platt 1999): logistic regression on scores, by Newton's method.

    Each kind of search gives scores of the hits that are shown and whether they are right, both of
    any one shape; it counts as much as the others, however many hits it has. The confidence is
    then the share of such hits that are right. Returns scale and bias.
    """
    scores = np.concatenate([scores.ravel() for scores, _ in kinds]).astype(np.float64)
    right = np.concatenate([right.ravel() for _, right in kinds]).astype(np.float64)
    share = np.concatenate([np.full(each.size, 1 / each.size / len(kinds)) for each, _ in kinds])
    x = np.stack([scores, np.ones_like(scores)], axis=1)
    weights: NDArray[np.float64] = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        weights -= np.linalg.solve(hessian, x.T @ (share * (p - right)) + RIDGE * weights)
    return Calibration(scale=round(float(weights[0]), 4), bias=round(float(weights[1]), 4))


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the confidence of some hits can be trusted."""

    queries: int
    hits: int
    error: Estimate  # expected calibration error, 0..1
    said: float  # mean confidence
    right: float  # share of the hits that are right


def trust(found: Ranked, calibration: Calibration) -> dict[str, Trust]:
    """Of the first hit of each query, and of its first ten."""
    return {
        which: expected_calibration_error(confidence(scores, calibration), right)
        for which, (scores, right) in ((which, found.first(k)) for which, k in HITS.items())
    }


def expected_calibration_error(sure: Floats, right: NDArray[np.bool_]) -> Trust:
    """The mean distance of confidence and share right in tenths of confidence, weighted by hits.

    Guo et al. 2017, arXiv:1706.04599. sure [Q, K], the confidence of the first K hits of each
    query, and right [Q, K]. The interval resamples queries; like every mean of distances it is
    pulled up by chance, the more the fewer hits there are: see `chance_error`.

    Raises ShapeError for shapes that differ, UsageError for no hits or what is no probability.
    """
    gaps = _gaps(sure, right)
    queries, shown = sure.shape
    random = np.random.default_rng(0)
    drawn = random.multinomial(queries, np.full(queries, 1 / queries), size=RESAMPLES)
    errors = np.abs(drawn @ gaps).sum(axis=1) / (queries * shown)
    low, high = np.percentile(errors, [2.5, 97.5])
    error = float(np.abs(gaps.sum(axis=0)).sum() / (queries * shown))
    return Trust(
        queries=queries,
        hits=sure.size,
        error=Estimate(error, float(low), float(high)),
        said=float(sure.mean()),
        right=float(right.mean()),
    )


def chance_error(sure: Floats, *, draws: int = 200, seed: int = 0) -> float:
    """The error that confidence which holds would show by chance, over as many hits: 0..1.

    Each of sure [Q, K] is right with just that probability, whatever the others are: the
    consistency resampling of Bröcker and Smith 2007, doi:10.1175/WAF993.1.
    """
    random, tenth, said = np.random.default_rng(seed), _tenth(sure).ravel(), sure.ravel()
    errors = np.empty(draws)
    for draw in range(draws):
        gaps = said - (random.random(said.shape) < said)
        errors[draw] = np.abs(np.bincount(tenth, gaps)).sum() / len(said)
    return float(errors.mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """A point of a reliability diagram: the hits of one tenth of confidence."""

    low: float  # ends of the tenth
    high: float
    hits: int
    said: float  # mean confidence
    right: float  # share of the hits that are right


def reliability_bins(sure: Floats, right: NDArray[np.bool_]) -> Iterator[Bin]:
    """sure [Q, K], right [Q, K]; tenths without hits are left out. Raises as the error does."""
    _check(sure, right)
    tenth = _tenth(sure)
    for at in np.unique(tenth):
        inside = tenth == at
        yield Bin(
            low=float(at / _TENTHS),
            high=float((at + 1) / _TENTHS),
            hits=int(inside.sum()),
            said=float(sure[inside].mean(dtype=np.float64)),
            right=float(right[inside].mean()),
        )


def _best(scores: Floats, k: int) -> NDArray[np.int64]:
    """Places of the k best of [N], of equal ones the first: [k]."""
    near = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
    return near[np.argsort(-scores[near], kind="stable")[:k]]


def _gaps(sure: Floats, right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each query, by how much the confidence of its hits in each tenth is too high: [Q, 10]."""
    _check(sure, right)
    inside = _tenth(sure)[:, :, None] == np.arange(_TENTHS)
    gaps: NDArray[np.float64] = ((sure - right)[:, :, None] * inside).sum(axis=1)
    return gaps


def _tenth(sure: Floats) -> NDArray[np.int64]:
    return np.minimum((sure * _TENTHS).astype(np.int64), _TENTHS - 1)


def _check(sure: Floats, right: NDArray[np.bool_]) -> None:
    if sure.ndim != 2 or sure.shape != right.shape:
        raise ShapeError(f"got confidence {sure.shape} of hits {right.shape}, expected one [Q, K]")
    if not sure.size:
        raise UsageError("got no hits, expected some")
    if not ((sure >= 0) & (sure <= 1)).all():  # false for NaN too
        raise UsageError("confidence: got numbers that are none of 0 to 1")
