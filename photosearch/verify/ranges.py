"""How large values become inside a program, operation by operation."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np

from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.program import Function, Op
from photosearch.verify.records import Range

# Operations that square what goes into them; a product with itself does too.
_SQUARES = {"square", "reduce_sum_square", "reduce_l2_norm", "l2_norm", "layer_norm",
            "instance_norm"}  # fmt: skip


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
