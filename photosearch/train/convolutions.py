"""The convolutions of a backbone while it is trained: how they keep their weights and go backward.

Weights are filters times gains, as they were trained: batch norm's scale stays a factor. A step of
the optimizer then changes each filter in its own measure, where folded weights of one layer differ
by orders of magnitude.

Depthwise ones go backward fast in bfloat16 on a CPU. oneDNN has fast kernels for all of it but two:
the gradient of the input where there is a stride, and that of filters of 5 x 5. The first is
computed as that of a convolution without a stride whose outputs lie apart, with zeros between them;
the second from filters of 3 x 3 that cover the larger one. Forward and backward through
EfficientNet-Lite0 take 0.56 of the time (torch 2.13, 192 pixels, two cores with avx512_bf16).

Shape legend: N photos, O output channels, I input channels, C channels, H, W sides in pixels,
K kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrize

_LEAST = 1e-6  # a smaller gain is of a channel that training gave up
_SMALL = 3  # the side of filters for which oneDNN is fast


class Gained(nn.Module):
    """[O, I, K, K] filters -> weights: filter x gain x (1 + change), a gain for each output."""

    def __init__(self, gain: Tensor) -> None:
        super().__init__()
        self.register_buffer("gain", gain.detach().clone().view(-1, 1, 1, 1))
        self.change = nn.Parameter(torch.zeros(len(gain), 1, 1, 1))
        self.gain: Tensor

    def forward(self, filters: Tensor) -> Tensor:
        return filters * self.gain * (1 + self.change)

    def right_inverse(self, weight: Tensor) -> Tensor:
        return weight / self.gain


def split_gains(backbone: nn.Module, gains: Mapping[str, Tensor]) -> None:
    """Lets the convolutions of a backbone keep the gains of their names; the weights stay equal."""
    for name, module in backbone.named_modules():
        if isinstance(module, nn.Conv2d) and name in gains:
            gain = gains[name].to(module.weight)
            safe = torch.where(gain.abs() < _LEAST, torch.ones_like(gain), gain)
            parametrize.register_parametrization(module, "weight", Gained(safe))


def hasten(backbone: nn.Module) -> None:
    """Lets the depthwise convolutions of a backbone go backward the fast way, where it is one."""
    for module in backbone.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1:
            module.forward = partial(_convolve, module)  # type: ignore[method-assign]


def _convolve(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """x [N, C, H, W], which autocast has made bfloat16 by then, or not."""
    if x.dtype != torch.bfloat16 or x.device.type != "cpu" or conv.bias is None:
        return nn.Conv2d.forward(conv, x)
    weight, bias = conv.weight.to(x.dtype), conv.bias.to(x.dtype)
    how = (conv.stride[0], int(conv.padding[0]))
    found: Tensor = _Depthwise.apply(x, weight, bias, *how)  # type: ignore[no-untyped-call]
    return found


class _Depthwise(torch.autograd.Function):
    """x [N, C, H, W], filters [C, 1, K, K], bias [C], stride, padding -> [N, C, H', W']."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, filters: Tensor, bias: Tensor, stride: int, padding: int
    ) -> Tensor:
        ctx.save_for_backward(x, filters)
        ctx.stride, ctx.padding = stride, padding
        return F.conv2d(x, filters, bias, stride, padding, groups=len(filters))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, filters = ctx.saved_tensors
        gradient = _last(gradients[0])
        how = {"stride": ctx.stride, "padding": ctx.padding}
        of_x = of_input(gradient, x, filters, **how) if ctx.needs_input_grad[0] else None
        return of_x, *of_filters(gradient, x, filters, **how), None, None


def of_input(gradient: Tensor, x: Tensor, filters: Tensor, *, stride: int, padding: int) -> Tensor:
    """The gradient of the input, from that of the output: [N, C, H', W'] -> [N, C, H, W]."""
    if stride > 1:
        size = [n + 2 * padding - filters.shape[-1] + 1 for n in x.shape[2:]]
        shape, last = (*gradient.shape[:2], *size), torch.channels_last
        apart = torch.empty(shape, dtype=gradient.dtype, memory_format=last).zero_()
        apart[:, :, ::stride, ::stride] = gradient
        gradient = apart
    of_x, _, _ = _backward(gradient, x, filters, 1, padding, (True, False, False))
    return of_x


def of_filters(
    gradient: Tensor, x: Tensor, filters: Tensor, *, stride: int, padding: int
) -> tuple[Tensor, Tensor]:
    """The gradients of the filters and of the bias: [C, 1, K, K], [C]; K is 3 or 5."""
    asked, kernel = (False, True, True), filters.shape[-1]
    if kernel == _SMALL:
        _, found, of_bias = _backward(gradient, x, filters, stride, padding, asked)
        return found, of_bias
    x = F.pad(x, (padding,) * 4)
    height, width = (stride * (n - 1) + _SMALL for n in gradient.shape[2:])
    found, small = torch.empty_like(filters), filters[:, :, :_SMALL, :_SMALL].contiguous()
    for top, left in product((0, kernel - _SMALL), repeat=2):
        seen = _last(x[:, :, top : top + height, left : left + width])
        _, part, of_bias = _backward(gradient, seen, small, stride, 0, asked)
        found[:, :, top : top + _SMALL, left : left + _SMALL] = part
    return found, of_bias


def _backward(
    gradient: Tensor,
    x: Tensor,
    filters: Tensor,
    stride: int,
    padding: int,
    asked: tuple[bool, bool, bool],
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of input, filters and bias; those not asked for are None."""
    channels = len(filters)
    strides, paddings, unit, none = [stride] * 2, [padding] * 2, [1, 1], [0, 0]
    found: tuple[Tensor, Tensor, Tensor] = torch.ops.aten.convolution_backward(
        gradient, x, filters, [channels], strides, paddings, unit, False, none, channels, asked
    )
    return found


def _last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)
