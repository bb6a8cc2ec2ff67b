"""Lint rules about operations that would likely leave the Neural Engine: errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from photosearch.coreml.lint.rules import (
    DEPTH,
    FLEXIBLE,
    GUIDE,
    HALVES,
    LAYERS,
    PLACED,
    PRECISION,
    Finding,
    Rule,
    View,
)
from photosearch.coreml.mil.program import Op
from photosearch.coreml.mil.values import Constant

_MAX_RANK, _MAX_SIZE = 5, 16_384
_FP16_MAX = 65504.0

SYMBOLIC = Rule("symbolic-shape", "error", FLEXIBLE, "convert with fixed shapes, one a function")
LOOKUP = Rule(
    "embedding-lookup", "error", LAYERS, "none: words are looked up on the CPU, once a text",
    accepted=True,
)  # fmt: skip
INTEGER = Rule(
    "integer-compute", "error", PRECISION, "do it before the model, or in fp16: masks and one-hot"
)
SINGLE = Rule("fp32-compute", "error", PRECISION, "convert with compute_precision FLOAT16")
RANK = Rule(
    "rank", "error", GUIDE, f"reshape to {_MAX_RANK} axes or fewer, best four: [B, C, 1, S]"
)
SIZE = Rule("dimension", "error", DEPTH, "split the axis, and add or join the parts")
INFINITE = Rule(
    "constant-not-finite", "error", HALVES, "a finite number in its place: -1e4 in masks"
)
LARGE = Rule("constant-beyond-fp16", "error", HALVES, f"scale it to at most {_FP16_MAX:g}")

_AS_MASK = "multiply by a one-hot vector or a mask and sum"
_INSTEAD: dict[str, tuple[str, str]] = {
    "gather": (_AS_MASK, LAYERS),
    "gather_along_axis": (_AS_MASK, PLACED),
    "gather_nd": (_AS_MASK, LAYERS),
    "scatter": ("give positions as a mask", GUIDE),
    "scatter_along_axis": ("give positions as a mask", GUIDE),
    "scatter_nd": ("give positions as a mask", GUIDE),
    "reduce_argmax": ("find the place before the model, and give it as a one-hot vector", LAYERS),
    "reduce_argmin": ("find the place before the model, and give it as a one-hot vector", LAYERS),
    "argsort": ("sort after the model", PLACED),
    "topk": ("choose after the model", PLACED),
    "non_zero": ("choose after the model", PLACED),
    "select": ("add a finite mask, -1e4 where a value must not count", LAYERS),
    "shape": ("convert with fixed shapes", FLEXIBLE),
    "fill": ("convert with fixed shapes, so that this becomes a constant", FLEXIBLE),
    "range_1d": ("convert with fixed shapes, so that this becomes a constant", FLEXIBLE),
    "cumsum": ("a product with a constant triangular matrix", LAYERS),
    "reduce_prod": ("the exponential of a sum of logarithms", GUIDE),
    "lstm": ("a network of convolutions or attention", LAYERS),
    "gru": ("a network of convolutions or attention", LAYERS),
    "rnn": ("a network of convolutions or attention", LAYERS),
}


def residency(op: Op, view: View) -> Iterator[Finding]:
    """Of one operation that computes."""
    if is_lookup(op, view):
        yield LOOKUP.found(op, f"rows of a table {view.type_of(op, 'x')} by index")
    elif op.type in _INSTEAD:
        remedy, source = _INSTEAD[op.type]
        rule = Rule("unsupported-operation", "error", source, remedy)
        yield rule.found(op, f"got {op.type}, expected an operation that is known to run there")
    else:
        yield from _types(op)
    yield from _shapes(op)


def is_lookup(op: Op, view: View) -> bool:
    """Whole rows of a constant matrix: what an embedding of words is."""
    table, axis = view.type_of(op, "x"), view.value(op, "axis")
    rows = axis is None or int(axis.item()) == 0
    fixed = op.type == "gather" and view.is_fixed(op, "x") and rows
    return fixed and table is not None and len(table.shape) == 2


def _types(op: Op) -> Iterator[Finding]:
    for named in op.outputs:
        dtype = named.type.dtype
        if not dtype.is_float:
            yield INTEGER.found(op, f"got {named.type}, expected fp16")
        elif dtype.name != "fp16":
            yield SINGLE.found(op, f"got {named.type}, expected fp16")


def _shapes(op: Op) -> Iterator[Finding]:
    for named in op.outputs:
        shape = named.type.shape
        if None in shape:
            yield SYMBOLIC.found(op, f"got {named.type}, expected every size known")
        if len(shape) > _MAX_RANK:
            yield RANK.found(op, f"got {len(shape)} axes, expected at most {_MAX_RANK}")
        if any(size is not None and size > _MAX_SIZE for size in shape):
            yield SIZE.found(op, f"got {named.type}, expected sizes up to {_MAX_SIZE}")


def constants(op: Op) -> Iterator[Finding]:
    """Of the numbers that are written into one operation, a constant or not."""
    for sources in op.inputs.values():
        for source in sources:
            if isinstance(source, Constant) and source.value.dtype.kind == "f":
                yield from _number(op, source)


def _number(op: Op, constant: Constant) -> Iterator[Finding]:
    values = constant.value
    if not np.isfinite(values).all():
        wrong = int(values.size - np.isfinite(values).sum())
        yield INFINITE.found(op, f"got {wrong} values that are not finite")
    elif values.size and (most := float(np.abs(values.astype(np.float64)).max())) > _FP16_MAX:
        yield LARGE.found(op, f"got {most:.4g}, expected at most {_FP16_MAX:g}")
