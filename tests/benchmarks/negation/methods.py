"""Ways to take a negative word into account, each with the constants that are tried for it.

Every one makes scores [N] from what the photos score for the wanted and for the unwanted word.

Legend: N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from photosearch.encoder import Floats
from photosearch.manifest import Calibration
from photosearch.query import QueryVectors
from photosearch.query.negation import Ids, Ranked, nearest_but

_LAST = np.float32(2)  # below every other score


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What the photos score for the two words of a query."""

    wanted: Floats  # [N], inner products
    unwanted: Floats  # [N]
    cosine: float  # of the two words


Constants: TypeAlias = tuple[float, ...]
Method: TypeAlias = Callable[[Scored, Constants], Floats]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method, and what it is tried with."""

    method: Method
    tried: tuple[Constants, ...] = ((),)


def candidates(calibration: Calibration) -> dict[str, Candidate]:
    """All of them by name; the logarithm of odds is that of the calibration."""
    scale, bias = calibration.scale, calibration.bias

    def set_back(s: Scored, c: Constants) -> Floats:
        excess = s.unwanted - s.wanted + np.float32(c[0] / scale)
        return np.asarray(s.wanted - c[1] * np.maximum(excess, 0), np.float32)

    def multiply(s: Scored, c: Constants) -> Floats:
        """The probability of the one and not of the other, as if they were independent."""
        one, other = scale * s.wanted + bias, scale * s.unwanted + c[0]
        return np.asarray(-np.logaddexp(0, -one) - c[1] * np.logaddexp(0, other), np.float32)

    return {
        "none": Candidate(_none),
        "subtraction": Candidate(_subtract, _grid((0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.7))),
        "projection": Candidate(_project, _grid((0.5, 1.0))),
        "its part across": Candidate(_across, _grid((0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5))),
        "penalty": Candidate(_penalty, _grid((0.0, 0.1, 0.2, 0.3, 0.4), (0.2, 0.3, 0.5, 1.0, 2.0))),
        "set back": Candidate(set_back, _grid((-0.5, 0.0, 0.25, 0.5, 1.0), (0.5, 1.0, 2.0, 4.0))),
        "product": Candidate(multiply, _grid((-7.0, bias, -5.0, -4.5, -4.0), (0.3, 1.0, 2.0))),
        "difference": Candidate(_difference, _grid((0.3, 0.35, 0.4, 0.45, 0.5, 0.55))),
        "difference, first": Candidate(_difference_first, _grid((0.005, 0.01, 0.02, 0.05))),
    }


def _grid(*values: tuple[float, ...]) -> tuple[Constants, ...]:
    return tuple(product(*values))


def _none(s: Scored, _c: Constants) -> Floats:
    return s.wanted


def _subtract(s: Scored, c: Constants) -> Floats:
    return np.asarray(s.wanted - c[0] * s.unwanted, np.float32)


def _project(s: Scored, c: Constants) -> Floats:
    """The wanted vector without its part along the unwanted one."""
    return np.asarray(s.wanted - c[0] * s.cosine * s.unwanted, np.float32)


def _across(s: Scored, c: Constants) -> Floats:
    """Without the unwanted vector's part across the wanted one."""
    return np.asarray(s.wanted - c[0] * (s.unwanted - s.cosine * s.wanted), np.float32)


def _penalty(s: Scored, c: Constants) -> Floats:
    return np.asarray(s.wanted - c[1] * np.maximum(s.unwanted - c[0], 0), np.float32)


def _difference(s: Scored, c: Constants) -> Floats:
    """Photos above a score for the unwanted word come last."""
    return np.where(s.unwanted > c[0], s.wanted - _LAST, s.wanted)


def _difference_first(s: Scored, c: Constants) -> Floats:
    """The first photos of the unwanted word, a share of all, come last."""
    place = np.argsort(np.argsort(-s.unwanted, kind="stable"), kind="stable")
    return np.where(place < c[0] * len(place), s.wanted - _LAST, s.wanted)


def shipped(photos: Floats, wanted: Floats, unwanted: Floats, calibration: Calibration) -> Floats:
    """What a search does, as scores: photos [N, D], words [D] -> [N]."""

    def nearest(vector: Floats, k: int, allowed: Ids | None) -> Ranked:
        ids = np.arange(len(photos)) if allowed is None else allowed
        scores = photos[ids] @ vector
        order = np.argsort(-scores, kind="stable")[:k]
        return ids[order].tolist(), scores[order].tolist()

    query = QueryVectors(wanted, unwanted[None], (1.0,))
    ids, scores = nearest_but(nearest, query, len(photos), None)
    found = np.empty(len(photos), np.float32)
    found[ids] = scores
    return found
