"""Folds branches, batch norms and layer scales into convolutions, and makes layers of the result.

RepVGG, arXiv:2101.03697, section 3.3; MobileOne, arXiv:2206.04040; RepLKNet, arXiv:2203.06717.
Names are those of Apple's published MobileCLIP checkpoints; where a checkpoint is folded already,
its convolution is taken as it is. Shape legend: O outputs, I inputs, g groups, K kernel sides.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.families.tensors import Reader
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.transformer import Attention

_EPS = 1e-5  # of every batch norm
Kernel = tuple[int, int]


class Conv(NamedTuple):
    """A convolution: weight [O, I / g, K, K], bias [O]."""

    weight: Tensor
    bias: Tensor

    def plus(self, other: Conv) -> Conv:
        """Both outputs together."""
        return Conv(self.weight + other.weight, self.bias + other.bias)

    def scaled(self, factor: Tensor) -> Conv:
        """Each output times its factor, [O]."""
        return Conv(self.weight * factor.view(-1, 1, 1, 1), self.bias * factor)


def norm(reader: Reader, name: str, width: int) -> tuple[Tensor, Tensor]:
    """A batch norm as factor and offset, [O] each."""
    mean, variance, weight, bias = (
        reader.take(f"{name}.{part}", width)
        for part in ("running_mean", "running_var", "weight", "bias")
    )
    factor = weight / (variance + _EPS).sqrt()
    return factor, bias - mean * factor


def conv_norm(
    reader: Reader, name: str, *, outputs: int | None, group: int, bn: str = "bn"
) -> Conv:
    """A convolution without bias and the batch norm after it."""
    weight = reader.take(f"{name}.conv.weight", outputs, group, None, None)
    factor, offset = norm(reader, f"{name}.{bn}", weight.shape[0])
    return Conv(weight, torch.zeros_like(offset)).scaled(factor)._replace(bias=offset)


def plain(reader: Reader, name: str, *, outputs: int | None, group: int) -> Conv:
    """A convolution with its bias."""
    weight = reader.take(f"{name}.weight", outputs, group, None, None)
    return Conv(weight, reader.take(f"{name}.bias", weight.shape[0]))


def padded(conv: Conv, kernel: Kernel) -> Conv:
    """The same with a larger kernel, zeros around."""
    high, wide = ((a - b) // 2 for a, b in zip(kernel, conv.weight.shape[2:], strict=True))
    return conv._replace(weight=F.pad(conv.weight, (wide, wide, high, high)))


def identity(width: int, group: int, kernel: Kernel) -> Conv:
    """What leaves a map as it is: [width, group, K, K]."""
    weight = torch.zeros(width, group, *kernel)
    rows = torch.arange(width)
    weight[rows, rows % group, kernel[0] // 2, kernel[1] // 2] = 1
    return Conv(weight, torch.zeros(width))


def unit(
    reader: Reader,
    name: str,
    *,
    inputs: int,
    group: int,
    outputs: int | None = None,
    kernel: Kernel | None = None,
) -> Conv:
    """A MobileOne block: convolutions, a 1x1 one and a shortcut, each with a batch norm.

    `group` is I / g. `kernel` has to be said where only a shortcut could tell.
    """
    if reader.has(f"{name}.reparam_conv."):
        return plain(reader, f"{name}.reparam_conv", outputs=outputs, group=group)
    found: list[Conv] = []
    while reader.has(f"{name}.rbr_conv.{len(found)}."):
        branch = f"{name}.rbr_conv.{len(found)}"
        found.append(conv_norm(reader, branch, outputs=outputs, group=group))
    if kernel is None:
        if not found:
            return conv_norm(reader, f"{name}.rbr_conv.0", outputs=outputs, group=group)
        kernel = (found[0].weight.shape[2], found[0].weight.shape[3])
    if reader.has(f"{name}.rbr_scale."):
        scale = conv_norm(reader, f"{name}.rbr_scale", outputs=outputs, group=group)
        found.append(padded(scale, kernel))
    if reader.has(f"{name}.rbr_skip."):
        factor, offset = norm(reader, f"{name}.rbr_skip", inputs)
        found.append(identity(inputs, group, kernel).scaled(factor)._replace(bias=offset))
    total = found[0]
    for branch_conv in found[1:]:
        total = total.plus(branch_conv)
    return total


def mixer(reader: Reader, name: str, width: int) -> Conv:
    """A RepMixer, x + scale * (mixer(x) - norm(x)), as one depthwise convolution."""
    if reader.has(f"{name}.reparam_conv."):
        return plain(reader, f"{name}.reparam_conv", outputs=width, group=1)
    mixed = unit(reader, f"{name}.mixer", inputs=width, group=1, outputs=width)
    kernel = (mixed.weight.shape[2], mixed.weight.shape[3])
    normed = unit(reader, f"{name}.norm", inputs=width, group=1, outputs=width, kernel=kernel)
    scale = reader.take(f"{name}.layer_scale", width, 1, 1).flatten()
    change = mixed.plus(normed.scaled(-torch.ones(width))).scaled(scale)
    return identity(width, 1, kernel).plus(change)


def position(reader: Reader, name: str, width: int) -> Conv:
    """A conditional position encoding, x + conv(x) (arXiv:2102.10882)."""
    if reader.has(f"{name}.reparam_conv."):
        return plain(reader, f"{name}.reparam_conv", outputs=width, group=1)
    conv = plain(reader, f"{name}.pe", outputs=width, group=1)
    return conv.plus(identity(width, 1, (conv.weight.shape[2], conv.weight.shape[3])))


def large_kernel(reader: Reader, name: str) -> Conv:
    """A large and a small depthwise convolution, as one; more outputs than inputs."""
    if reader.has(f"{name}.lkb_reparam."):
        return plain(reader, f"{name}.lkb_reparam", outputs=None, group=1)
    large = conv_norm(reader, f"{name}.lkb_origin", outputs=None, group=1)
    if not reader.has(f"{name}.small_conv."):
        return large
    small = conv_norm(reader, f"{name}.small_conv", outputs=large.weight.shape[0], group=1)
    return large.plus(padded(small, (large.weight.shape[2], large.weight.shape[3])))


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
