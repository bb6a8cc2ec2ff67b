"""Measures how far a package is from its model, and holds the limits by kind of weights.

Measured on 34 photos and 40 sentences, the built-in model for iOS 17 in the Neural Engine's
layout: error over spread of the image and the text tower, and overlap of the ten best.

    fp16       0.0027   0.0012   1.00     rounding alone; random weights, whose photos lie close
                                          together: up to 0.024
    int8       0.0027   0.0046   1.00     weights that were int8 before; others: up to 0.03
    palette6   0.23     0.084    0.88
    palette4   0.74     0.33     0.67     the image tower does not bear it, and does not pass

A mistake in a conversion is far beyond: 0.46 and more for every negative control.

Legend: N inputs, D embedding width, Q queries, K a cut-off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.coreml.mil import Function, Op
from photosearch.coreml.mil.dtypes import Array
from photosearch.errors import UsageError
from photosearch.verify.records import Agreement, Range

Vectors: TypeAlias = NDArray[np.floating[Any]]
_LEAST = 1e-12  # a distance this short has no direction
# What fp16 can hold, and the largest value whose square it can hold.
FP16_MAX, FP16_ROOT = 65504.0, 255.0
LEAST_SPREAD = 0.05  # of unit vectors; below it inputs are not told apart
# Operations that square what goes into them; a product with itself does too.
_SQUARES = {"square", "reduce_sum_square", "reduce_l2_norm", "l2_norm", "layer_norm",
            "instance_norm"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; see `records.Agreement` for what the first two are."""

    error: float  # at most
    direction: float  # at least
    overlap: float  # of the ten best, at least
    loss: float  # of R@10 against torch, at most; 0 to 1


LIMITS = {
    "fp16": Limits(error=0.03, direction=0.999, overlap=0.97, loss=0.005),
    "int8": Limits(error=0.05, direction=0.998, overlap=0.95, loss=0.005),
    "mixed": Limits(error=0.35, direction=0.95, overlap=0.8, loss=0.01),
    "palette6": Limits(error=0.35, direction=0.95, overlap=0.8, loss=0.01),
    "palette4": Limits(error=0.42, direction=0.91, overlap=0.65, loss=0.05),
}


def limits_of(weights: str) -> Limits:
    """Raises UsageError for weights without limits: those would pass whatever they compute."""
    if weights not in LIMITS:
        raise UsageError(f"weights: got {weights!r}, expected one of {', '.join(LIMITS)}")
    return LIMITS[weights]


def spread(vectors: Vectors) -> float:
    """Root mean square distance from the mean: [N, D]; 0 if all are alike."""
    wide = np.asarray(vectors, np.float64)
    return float(np.sqrt(np.square(wide - wide.mean(axis=0)).sum(axis=1).mean()))


def agreement(names: Sequence[str], found: Vectors, wanted: Vectors) -> Agreement:
    """Of embeddings [N, D] with those that torch gives for the same inputs [N, D].

    What is not finite makes the error infinite and the direction 0.
    """
    found, wanted = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    unit = max(spread(wanted), _LEAST)
    with np.errstate(invalid="ignore"):
        errors = np.linalg.norm(found - wanted, axis=1) / unit
    errors = np.where(np.isfinite(errors), errors, np.inf)
    return Agreement(
        inputs=tuple(names),
        spread=spread(wanted),
        errors=tuple(errors.tolist()),
        error=float(np.sqrt(np.square(errors).mean())),
        direction=direction(found, wanted),
    )


def direction(found: Vectors, wanted: Vectors) -> float:
    """Mean cosine between the differences of all pairs, here and there: [N, D], [N, D].

    Pairs that torch embeds alike have no direction and do not count; those that are alike only
    here count as 0.
    """
    if not np.isfinite(found).all():
        return 0.0
    first, second = np.triu_indices(len(wanted), 1)
    ours, theirs = found[first] - found[second], wanted[first] - wanted[second]
    lengths = np.linalg.norm(ours, axis=1), np.linalg.norm(theirs, axis=1)
    apart = lengths[1] > _LEAST
    if not apart.any():
        return 0.0
    cosines = (ours * theirs).sum(axis=1) / np.maximum(lengths[0] * lengths[1], _LEAST)
    return float(cosines[apart].mean())


def overlap(found: Vectors, wanted: Vectors, k: int = 10) -> float:
    """Mean share of each query's K best that is the same in both scores: [Q, N], [Q, N].

    Of ties the first come first. With K choices or fewer there is nothing to choose: K is halved
    until there are more.
    """
    while k > 1 and k >= found.shape[1]:
        k //= 2
    best = [np.argsort(-scores, axis=1, kind="stable")[:, :k] for scores in (found, wanted)]
    pairs = zip(*(rows.tolist() for rows in best), strict=True)
    return float(np.mean([len(set(a) & set(b)) / k for a, b in pairs]))


class Watch:
    """An observer of runs, in any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._largest: dict[int, float] = {}
        self._ops: dict[int, Op] = {}

    def __call__(self, op: Op, outputs: Mapping[str, Array]) -> None:
        value = max((largest(each) for each in outputs.values()), key=_worst)
        with self._lock:
            self._ops[op.index] = op
            self._largest[op.index] = max(value, self._largest.get(op.index, 0.0), key=_worst)

    def first_not_finite(self) -> str | None:
        """The operation, in words."""
        found = (index for index, value in self._largest.items() if not np.isfinite(value))
        first = min(found, default=None)
        return None if first is None else str(self._ops[first])

    def ranges(self, function: Function) -> tuple[Range, ...]:
        """Of every operation that ran, in the program's order."""
        used = squared(function)
        return tuple(
            Range(op.outputs[0].name, op.type, self._largest[index], op.outputs[0].name in used)
            for index, op in sorted(self._ops.items())
        )


def largest(array: Array) -> float:
    """The largest absolute value; NaN if there is one, 0 if there are no values."""
    if array.size == 0 or array.dtype.kind not in "fiu":
        return 0.0
    return float(np.maximum(array.max(), -array.min()))


def _worst(value: float) -> float:
    return value if np.isfinite(value) else np.inf


def squared(function: Function) -> set[str]:
    """The values that an operation of the program squares."""
    found: set[str] = set()
    for op in function.ops:
        if op.type in _SQUARES:
            found |= {each for each in op.inputs.get("x", ()) if isinstance(each, str)}
        elif op.type == "mul" and op.inputs.get("x") == op.inputs.get("y"):
            found |= {each for each in op.inputs["x"] if isinstance(each, str)}
    return found
