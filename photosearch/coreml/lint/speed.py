"""Lint rules about what the Neural Engine would likely do slowly: warnings, and one note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import prod

import numpy as np

from photosearch.coreml.lint.rules import APPLE, GUIDE, HALVES, LAYERS, OURS, Finding, Rule, View
from photosearch.coreml.mil.program import Op
from photosearch.coreml.mil.values import TensorType

_CHANNELS = 1  # the axis of channels in [B, C, 1, S]
_ALIGNED = 64  # bytes, of the last axis
_WASTE = 64 * 1024  # bytes of padding that are worth a finding
_LARGE = 2 * 1024 * 1024  # bytes
_LEAST_NORMAL = float(np.finfo(np.float16).smallest_normal)
_MOVES = ("transpose", "reshape")
_MOVES_SHARE, _MOVES_FREE = 0.05, 4  # of all operations; and what going in and out may take

RANK = Rule("rank-5", "warning", APPLE, "four axes, [B, C, 1, S]")
LINEAR = Rule("linear", "warning", APPLE, "a 1x1 convolution on [B, C, 1, S]: --layout ane")
NORM = Rule("norm-axis", "warning", APPLE, "channels on axis 1, [B, C, 1, S]: --layout ane")
SOFTMAX = Rule("softmax-axis", "warning", APPLE, "keys on axis 1, one head a time: --layout ane")
DILATED = Rule(
    "dilated-convolution", "warning", f"{LAYERS}; but native says {GUIDE}", "larger kernels instead"
)
ALIGNMENT = Rule(
    "last-axis", "warning", APPLE, "put the longest axis last, in multiples of 32 fp16 values"
)
EPSILON = Rule("subnormal-epsilon", "warning", HALVES, f"at least {_LEAST_NORMAL:.3g}")
MOVES = Rule("memory-copies", "warning", APPLE, "keep one layout from the first layer to the last")
BIG = Rule("large-tensor", "note", OURS, "smaller pictures, or fewer channels at full size")


def speed(op: Op, view: View) -> Iterator[Finding]:
    """Of one operation that computes."""
    if any(len(each.type.shape) == 5 for each in op.outputs):
        yield RANK.found(op, f"got {op.outputs[0].type}, expected four axes")
    if op.type == "linear":
        yield LINEAR.found(op, f"got linear to {op.outputs[0].type}, expected a convolution")
    yield from _axes(op, view)
    yield from _dilations(op, view)
    yield from _sizes(op)
    yield from _epsilon(op, view)


def moves(view: View) -> Iterator[Finding]:
    """Of a whole function: how often it only moves values."""
    counts = Counter(op.type for op in view.computing())
    total, moving = counts.total(), sum(counts[name] for name in _MOVES)
    if moving > max(_MOVES_FREE, _MOVES_SHARE * total):
        told = " and ".join(f"{counts[name]} {name}" for name in _MOVES)
        limit = f"at most {_MOVES_SHARE:.0%} of {total} operations"
        yield MOVES.found_in(view.function, f"got {told}, expected {limit}")


def _axes(op: Op, view: View) -> Iterator[Finding]:
    parameter, rule = {
        "layer_norm": ("axes", NORM),
        "softmax": ("axis", SOFTMAX),
    }.get(op.type, ("", None))
    given, taken = view.value(op, parameter), view.type_of(op, "x")
    if rule is None or given is None or taken is None:
        return
    axes = {int(axis) % len(taken.shape) for axis in given.reshape(-1)}
    if axes != {_CHANNELS}:
        yield rule.found(op, f"got axes {sorted(axes)} of {taken}, expected axis {_CHANNELS}")


def _dilations(op: Op, view: View) -> Iterator[Finding]:
    given = view.value(op, "dilations") if op.type == "conv" else None
    if given is not None and (given != 1).any():
        yield DILATED.found(op, f"got dilations {given.tolist()}, expected 1")


def _sizes(op: Op) -> Iterator[Finding]:
    for named in op.outputs:
        size = _bytes(named.type)
        if size > _LARGE:
            yield BIG.found(op, f"got {named.type}, {size / 1e6:.1f} MB")
        waste = padding(named.type)
        if waste > _WASTE:
            yield ALIGNMENT.found(op, f"got {named.type}: {waste / 1e3:.0f} kB of padding")


def padding(type: TensorType) -> int:
    """Bytes that a tensor grows by if its last axis is filled up to a multiple of 64."""
    if not type.shape or None in type.shape:
        return 0
    row = (type.shape[-1] or 0) * type.dtype.bits // 8
    rows = prod(size or 0 for size in type.shape[:-1])
    return rows * (-row % _ALIGNED)


def _bytes(type: TensorType) -> int:
    return prod(size or 0 for size in type.shape) * type.dtype.bits // 8


def _epsilon(op: Op, view: View) -> Iterator[Finding]:
    """What should keep a division from zero, and is itself as good as zero in fp16."""
    for name in op.inputs:
        given = view.value(op, name)
        if given is None or given.size != 1 or given.dtype.kind != "f":
            continue
        value = abs(float(given.item()))
        if value < _LEAST_NORMAL and (value > 0 or name == "epsilon"):
            yield EPSILON.found(op, f"{name}: got {value:.3g}, which may become 0")
