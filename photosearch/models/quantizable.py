"""Says which weights of a tower may be stored in fewer bits: one rule for all who do it.

A bundle stores word embeddings in int4 and other large weights in int8 (`quantize_towers`). A
Core ML package may hold the same weights in int8 or in palettes (`photosearch.coreml.compress`),
and training that knows of int8 rounds them (`photosearch.train.quantization`). Everything else
stays fp16.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from photosearch.weights import GROUP, Tensor, quantize_int4, quantize_int8

# The operations of MIL that hold such weights, and the input that they are; in torch these are
# Conv2d, Linear and Embedding.
WEIGHT_INPUTS = {"conv": "weight", "linear": "weight", "gather": "x"}
# Tensors of fewer values stay fp16. On photos, int8 everywhere moved MobileNetV2's embeddings by
# 1 - cos = 5.3e-3; with the first, small and sensitive layers kept, by 2.0e-3, for 63 KB more.
_SMALL = 20_000


def quantize_towers(tensors: Mapping[str, NDArray[np.floating]]) -> dict[str, Tensor]:
    """The towers' state dicts, each tensor stored as it should be shipped."""
    return {name: _quantize(name, values) for name, values in tensors.items()}


def _quantize(name: str, values: NDArray[np.floating]) -> Tensor:
    """Word embeddings int4; matrices and convolutions int8; the rest, small, fp16."""
    if name.endswith("tokens.weight") and values.shape[1] % GROUP == 0:
        return quantize_int4(values)
    if name.endswith("positions.weight") or not is_quantizable(values.shape):
        return values.astype(np.float16)
    return quantize_int8(values)


def is_quantizable(shape: Sequence[int]) -> bool:
    """Whether the weight of a linear layer, a convolution or an embedding is worth fewer bits.

    Depthwise convolutions (one input channel) are small and sensitive: they stay fp16.
    """
    depthwise = len(shape) == 4 and shape[1] == 1
    return len(shape) >= 2 and not depthwise and math.prod(shape) >= _SMALL
