"""Matrix products, attention, and convolution and pooling over one to three axes.

Shape legend: N batch, C and O channels, D the spatial axes, K the kernel's.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Ints, Tensors, op
from photosearch.errors import PackageError


@op("linear")
def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """[..., I], [O, I], [O] -> [..., O]."""
    return F.linear(x, weight, bias)


@op()
def matmul(x: Tensor, y: Tensor, transpose_x: bool = False, transpose_y: bool = False) -> Tensor:
    """[..., I, K], [..., K, J] -> [..., I, J]; a vector stands for one row or one column."""
    if transpose_x and x.dim() > 1:
        x = x.transpose(-1, -2)
    if transpose_y and y.dim() > 1:
        y = y.transpose(-1, -2)
    return torch.matmul(x, y)


@op()
def einsum(values: Tensors, equation: str) -> Tensor:
    return torch.einsum(equation, *values)


@op()
def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
) -> Tensor:
    """[..., Q, E], [..., K, E], [..., K, V] -> [..., Q, V], scaled by 1/sqrt(E).

    A mask of bools keeps where it is true; one of numbers is added to the scores.
    """
    return F.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask)


_CONV = (F.conv1d, F.conv2d, F.conv3d)
_CONV_TRANSPOSE = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)
_MAX_POOL = (F.max_pool1d, F.max_pool2d, F.max_pool3d)
_AVG_POOL = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)

Pads = list[tuple[int, int]]  # before and after each spatial axis


@op()
def conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    strides: Ints | None = None,
    pad_type: str = "valid",
    pad: Ints | None = None,
    dilations: Ints | None = None,
    groups: int = 1,
) -> Tensor:
    """[N, C, D...], [O, C / groups, K...] -> [N, O, D'...]."""
    axes = _spatial(x)
    strides, dilations = strides or [1] * axes, dilations or [1] * axes
    pads = _pads(x, weight.shape[2:], strides, pad_type, pad, dilations)
    x, padding = _split_padding(x, pads, 0.0)
    return _CONV[axes - 1](x, weight, bias, strides, padding, dilations, groups)


@op()
def conv_transpose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    pad: Ints | None = None,
    output_shape: Ints | None = None,
    pad_type: str = "valid",
    strides: Ints | None = None,
    dilations: Ints | None = None,
    groups: int = 1,
) -> Tensor:
    """[N, C, D...], [C, O / groups, K...] -> [N, O, D'...]."""
    axes = _spatial(x)
    strides, dilations = strides or [1] * axes, dilations or [1] * axes
    full = [
        (size - 1) * stride + (kernel - 1) * dilation + 1
        for size, stride, kernel, dilation in zip(
            x.shape[2:], strides, weight.shape[2:], dilations, strict=True
        )
    ]
    starts, sizes = _kept(x, full, strides, pad_type, pad, output_shape)
    beyond = [max(0, a + b - c) for a, b, c in zip(starts, sizes, full, strict=True)]
    y = _CONV_TRANSPOSE[axes - 1](x, weight, bias, strides, 0, beyond, groups, dilations)
    for axis, (start, size) in enumerate(zip(starts, sizes, strict=True), start=2):
        y = y.narrow(axis, start, size)
    return y


def _kept(
    x: Tensor,
    full: Ints,
    strides: Ints,
    pad_type: str,
    pad: Ints | None,
    output_shape: Ints | None,
) -> tuple[Ints, Ints]:
    """Where the result begins inside the full transposed convolution, and its sizes."""
    if pad_type == "same":
        sizes = [size * stride for size, stride in zip(x.shape[2:], strides, strict=True)]
        cut = [max(0, whole - size) for whole, size in zip(full, sizes, strict=True)]
        starts = [each // 2 for each in cut]
    else:
        pads = _pairs(pad, len(full)) if pad_type == "custom" else [(0, 0)] * len(full)
        starts = [before for before, _ in pads]
        sizes = [whole - sum(each) for whole, each in zip(full, pads, strict=True)]
    return starts, sizes if output_shape is None else output_shape[2:]


@op(exact=True)
def max_pool(
    x: Tensor,
    kernel_sizes: Ints,
    pad_type: str,
    strides: Ints | None = None,
    pad: Ints | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    axes = _spatial(x)
    strides = strides or [1] * axes
    pads = _pads(x, kernel_sizes, strides, pad_type, pad, [1] * axes)
    x, padding = _split_padding(x, pads, -torch.inf, at_most=[k // 2 for k in kernel_sizes])
    return _MAX_POOL[axes - 1](x, kernel_sizes, strides, padding, ceil_mode=ceil_mode)


@op()
def avg_pool(
    x: Tensor,
    kernel_sizes: Ints,
    pad_type: str,
    strides: Ints | None = None,
    pad: Ints | None = None,
    exclude_padding_from_average: bool = False,
    ceil_mode: bool = False,
) -> Tensor:
    axes = _spatial(x)
    strides = strides or [1] * axes
    pads = _pads(x, kernel_sizes, strides, pad_type, pad, [1] * axes)
    pool, halves = _AVG_POOL[axes - 1], [k // 2 for k in kernel_sizes]
    inner, padding = _split_padding(x, pads, 0.0, at_most=halves)
    counted = not exclude_padding_from_average
    y = pool(inner, kernel_sizes, strides, padding, ceil_mode, counted)
    if counted or not any(map(sum, pads)) or inner is x:
        return y
    ones, _ = _split_padding(torch.ones_like(x), pads, 0.0, at_most=halves)
    return y / pool(ones, kernel_sizes, strides, padding, ceil_mode, counted)


def _spatial(x: Tensor) -> int:
    if not 3 <= x.dim() <= 5:
        raise PackageError(f"got rank {x.dim()}, expected 3 to 5")
    return x.dim() - 2


def _pads(
    x: Tensor, kernel: Ints | torch.Size, strides: Ints, pad_type: str, pad: Ints | None, dils: Ints
) -> Pads:
    """What pad_type means for each axis; `same` puts the odd element after, `same_lower` before."""
    sizes = x.shape[2:]
    if pad_type == "valid":
        return [(0, 0)] * len(sizes)
    if pad_type == "custom":
        return _pairs(pad, len(sizes))
    if pad_type not in ("same", "same_lower"):
        raise PackageError(f"pad_type: got {pad_type!r}, expected valid, custom, same, same_lower")
    pads: Pads = []
    for size, k, stride, dilation in zip(sizes, kernel, strides, dils, strict=True):
        reach = (k - 1) * dilation + 1
        total = max(0, (-(-size // stride) - 1) * stride + reach - size)
        small, large = total // 2, total - total // 2
        pads.append((small, large) if pad_type == "same" else (large, small))
    return pads


def _pairs(pad: Ints | None, axes: int) -> Pads:
    pad = pad or [0] * (2 * axes)
    if len(pad) != 2 * axes:
        raise PackageError(f"pad: got {len(pad)} values, expected {2 * axes}")
    return list(zip(pad[::2], pad[1::2], strict=True))


def _split_padding(
    x: Tensor, pads: Pads, value: float, *, at_most: Ints | None = None
) -> tuple[Tensor, Ints]:
    """Leaves even padding to torch's own operation; else pads here, and leaves it none."""
    limits = at_most or [1 << 30] * len(pads)
    if all(a == b and a <= most for (a, b), most in zip(pads, limits, strict=True)):
        return x, [before for before, _ in pads]
    return F.pad(x, [n for pair in reversed(pads) for n in pair], value=value), [0] * len(pads)
