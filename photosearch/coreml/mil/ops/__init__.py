"""What each MIL operation computes, by family; `OPS` is the table of all of them."""

from __future__ import annotations

from photosearch.coreml.mil.ops import (
    activation,
    elementwise,
    gather,
    linear,
    reduce,
    resample,
    shape,
)
from photosearch.coreml.mil.ops.registry import OPS

__all__ = [
    "OPS",
    "activation",
    "elementwise",
    "gather",
    "linear",
    "reduce",
    "resample",
    "shape",
]
