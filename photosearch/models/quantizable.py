"""Says which weights of a tower may be stored in fewer bits: one rule for all who do it.

A bundle stores word embeddings and the feed-forward weights of some text layers in int4, and other
large weights in int8 (`quantize_towers`). A Core ML package may hold the same weights in int8 or in
palettes (`photosearch.coreml.compress`), and training that knows of it rounds them
(`photosearch.train.quantization`). Everything else stays fp16.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from photosearch.weights import GROUP, Tensor, quantize_int4, quantize_int8

# The operations of MIL that hold such weights, and the input that they are; in torch these are
# Conv2d, Linear and Embedding.
WEIGHT_INPUTS = {"conv": "weight", "linear": "weight", "gather": "x"}
# Text layers whose feed-forward weights cost least in int4, and so 1.7 MB less than in int8. The
# built-in model learns to bear it and ships without: it costs names half a point.
INT4_LAYERS = (0, 1, 2)
# Tensors of fewer values stay fp16. On photos, int8 everywhere moved MobileNetV2's embeddings by
# 1 - cos = 5.3e-3; with the first, small and sensitive layers kept, by 2.0e-3, for 63 KB more.
_SMALL = 20_000
_FEED_FORWARD = re.compile(r"(?:.*\.)?layers\.([0-9]{1,4})\.(?:up|down)\.weight")


def quantize_towers(
    tensors: Mapping[str, NDArray[np.floating]], *, int4_layers: Collection[int] = INT4_LAYERS
) -> dict[str, Tensor]:
    """The towers' state dicts, each tensor stored as it should be shipped."""
    return {name: _quantize(name, values, int4_layers) for name, values in tensors.items()}


def _quantize(name: str, values: NDArray[np.floating], int4_layers: Collection[int]) -> Tensor:
    """Large matrices and convolutions in fewer bits; the rest in fp16."""
    if name.endswith("tokens.weight") and values.shape[1] % GROUP == 0:
        return quantize_int4(values)
    if name.endswith("positions.weight") or not is_quantizable(values.shape):
        return values.astype(np.float16)
    return (quantize_int4 if is_int4(name, values.shape, int4_layers) else quantize_int8)(values)


def is_int4(name: str, shape: Sequence[int], int4_layers: Collection[int] = INT4_LAYERS) -> bool:
    """Whether a tensor is a large feed-forward weight of one of these text layers.

    `name` is a parameter's of the text tower, with or without what comes before `layers`.
    """
    found = _FEED_FORWARD.fullmatch(name)
    is_chosen = found is not None and int(found[1]) in int4_layers
    return is_chosen and is_quantizable(shape) and shape[1] % GROUP == 0


def is_quantizable(shape: Sequence[int]) -> bool:
    """Whether the weight of a linear layer, a convolution or an embedding is worth fewer bits.

    Depthwise convolutions (one input channel) are small and sensitive: they stay fp16.
    """
    depthwise = len(shape) == 4 and shape[1] == 1
    return len(shape) >= 2 and not depthwise and math.prod(shape) >= _SMALL
