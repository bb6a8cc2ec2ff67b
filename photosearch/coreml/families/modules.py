"""Layers of a tower with given weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.coreml.families.fold import Conv
from photosearch.coreml.layout.base import Layout
from photosearch.coreml.layout.transformer import Attention

Linear = tuple[Tensor, Tensor | None]  # weight [O, I], bias [O]


def conv2d(conv: Conv, *, inputs: int, stride: int = 1, pad: bool = True) -> nn.Conv2d:
    """A convolution, padded (where asked to) so that a stride of 1 keeps the sides."""
    outputs, group, high, wide = conv.weight.shape
    inside = ((high - 1) // 2, (wide - 1) // 2) if pad else (0, 0)
    with torch.device("meta"):
        layer = nn.Conv2d(
            inputs, outputs, (high, wide), stride, inside, groups=inputs // max(group, 1)
        )
    layer.load_state_dict({"weight": conv.weight, "bias": conv.bias}, assign=True)
    return layer


def set_linear(layer: nn.Module, weights: Linear) -> None:
    """Weights into a linear map of either layout."""
    weight, bias = weights
    state = {"weight": weight.reshape(layer.get_parameter("weight").shape)}
    if bias is not None:
        state["bias"] = bias
    layer.load_state_dict(state, assign=True)


def linear(layout: Layout, weights: Linear) -> nn.Module:
    """A linear map of channels."""
    weight, bias = weights
    with torch.device("meta"):
        layer = layout.linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    set_linear(layer, weights)
    return layer


def layer_norm(layout: Layout, weight: Tensor, bias: Tensor, *, eps: float) -> nn.Module:
    layer = layout.norm(len(weight), eps=eps)
    layer.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    return layer


def attention(layout: Layout, joined: Linear, out: Linear, *, heads: int) -> Attention:
    """From a map to queries, keys and values at once: weight [3C, C], bias [3C]."""
    weight, bias = joined
    with torch.device("meta"):
        module = Attention(layout, width=weight.shape[1], heads=heads)
    biases = (torch.zeros(len(weight)) if bias is None else bias).chunk(3)
    layers = (module.query, module.key, module.value)
    for layer, part, offset in zip(layers, weight.chunk(3), biases, strict=True):
        set_linear(layer, (part, offset))
    set_linear(module.out, out)
    return module
