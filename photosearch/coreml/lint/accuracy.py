"""Lint rules about programs that likely compute something else than their model: warnings."""

from __future__ import annotations

from collections.abc import Iterator

from photosearch.coreml.lint.rules import CONVERTER, Finding, Rule, View
from photosearch.coreml.mil.program import Op

_ADDED, _ADDED_TOLERANCE = 1e-4, 5e-5  # to the size asked for, before it is divided by the old one

NEAREST = Rule(
    "nearest-by-scale", "warning", CONVERTER, "convert again: resize_nearest_neighbor takes a size"
)
LOG_SOFTMAX = Rule(
    "log-of-softmax", "warning", CONVERTER, "x - max(x) - log(sum(exp(x - max(x)))) instead"
)


def accuracy(op: Op, view: View) -> Iterator[Finding]:
    """Of one operation that computes."""
    if op.type == "upsample_nearest_neighbor":
        yield from _scales(op, view)
    source = op.inputs.get("x", (None,))[0]
    if op.type == "log" and isinstance(source, str) and view.makers.get(source) == "softmax":
        yield LOG_SOFTMAX.found(op, "got log(softmax(x)), which is -inf where softmax rounds to 0")


def _scales(op: Op, view: View) -> Iterator[Finding]:
    """A size that was written as a scale, a little too large: other pixels than were asked for."""
    taken = view.type_of(op, "x")
    if taken is None:
        return
    for axis, name in ((-2, "scale_factor_height"), (-1, "scale_factor_width")):
        scale, size = view.value(op, name), taken.shape[axis]
        if scale is None or size is None:
            continue
        product = float(scale) * size
        if abs(product - int(product) - _ADDED) < _ADDED_TOLERANCE:
            exact = f"expected {int(product)} / {size}"
            yield NEAREST.found(op, f"{name}: got {float(scale):.9g}, {exact}")
