"""What each MIL operation computes, by family; `OPS` is the table of all of them."""

from __future__ import annotations

from photosearch.coreml.mil.ops import (
    activation,
    convolve,
    elementwise,
    gather,
    linear,
    normalize,
    reduce,
    resample,
    shape,
)
from photosearch.coreml.mil.ops.registry import OPS

__all__ = [
    "OPS",
    "activation",
    "convolve",
    "elementwise",
    "gather",
    "linear",
    "normalize",
    "reduce",
    "resample",
    "shape",
]
