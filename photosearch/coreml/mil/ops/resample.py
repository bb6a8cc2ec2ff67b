"""Resizing inside a program: the last two axes of [..., H, W]."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Ints, op
from photosearch.coreml.mil.values import check_elements
from photosearch.errors import PackageError


@op(exact=True)
def upsample_nearest_neighbor(
    x: Tensor, scale_factor_height: float = 1.0, scale_factor_width: float = 1.0
) -> Tensor:
    """Pixel i is that at floor(i / scale), for the scale as it is written.

    coremltools 9.0 writes (out + 1e-4) / in for a resize to a size: then it is not always the one
    that torch takes. See photosearch/coreml/corrected_ops.py.
    """
    for axis, scale in ((-2, scale_factor_height), (-1, scale_factor_width)):
        size = x.shape[axis]
        count = int(size * scale)
        check_elements([*x.shape, count])
        x = x.index_select(axis, (torch.arange(count) / scale).long().clamp(max=size - 1))
    return x


@op(exact=True)
def resize_nearest_neighbor(x: Tensor, target_size_height: int, target_size_width: int) -> Tensor:
    """Pixel i is that at floor(i * (in / out)), rounded as torch does (MIL does not say how)."""
    for axis, count in ((-2, target_size_height), (-1, target_size_width)):
        size = x.shape[axis]
        check_elements([*x.shape, count])
        places = torch.arange(count, dtype=torch.float32) * torch.tensor(size / count).float()
        x = x.index_select(axis, places.long().clamp(max=size - 1))
    return x


@op()
def upsample_bilinear(
    x: Tensor,
    scale_factor_height: float = 1.0,
    scale_factor_width: float = 1.0,
    align_corners: bool = True,
    half_pixel_centers: bool | None = None,
) -> Tensor:
    """Raises PackageError for corners neither aligned nor at half pixels."""
    if not align_corners and half_pixel_centers is False:
        raise PackageError("align_corners and half_pixel_centers: got false twice")
    scales = scale_factor_height, scale_factor_width
    sizes = [int(n * scale) for n, scale in zip(x.shape[-2:], scales, strict=True)]
    mode = "ALIGN_CORNERS" if align_corners else "UNALIGN_CORNERS"
    return resize_bilinear(x, *sizes, mode)  # type: ignore[no-any-return]


@op()
def resize_bilinear(
    x: Tensor,
    target_size_height: int = 1,
    target_size_width: int = 1,
    sampling_mode: str = "DEFAULT",
) -> Tensor:
    sizes = target_size_height, target_size_width
    check_elements([*x.shape[:-2], *sizes])
    if sampling_mode in ("UNALIGN_CORNERS", "STRICT_ALIGN_CORNERS") and x.dim() == 4:
        aligned = sampling_mode == "STRICT_ALIGN_CORNERS"
        return F.interpolate(x, sizes, mode="bilinear", align_corners=aligned)
    for axis, size in zip((-2, -1), sizes, strict=True):
        x = _interpolated(x, axis, _grid(x.shape[axis], size, sampling_mode))
    return x


@op(exact=True)
def crop(x: Tensor, crop_height: Ints, crop_width: Ints) -> Tensor:
    """Takes away so many rows before and after, and so many columns."""
    for axis, (before, after) in ((-2, crop_height), (-1, crop_width)):
        x = x.narrow(axis, before, x.shape[axis] - before - after)
    return x


def _grid(size: int, count: int, mode: str) -> Tensor:
    """Where each of `count` samples lies on [0, size - 1], by MIL's definition of the mode."""
    i, last = torch.arange(count, dtype=torch.float64), size - 1
    if mode == "ALIGN_CORNERS" and count == 1:
        return torch.tensor([last / 2], dtype=torch.float64)
    if mode in ("ALIGN_CORNERS", "STRICT_ALIGN_CORNERS"):
        grid = i * last / max(1, count - 1)
    elif mode == "DEFAULT":
        grid = i * (size - size / count) / max(1, count - 1)
    elif mode == "OFFSET_CORNERS":
        grid = (i + 0.5) * max(1, last) / count
    elif mode == "UNALIGN_CORNERS":
        grid = (i + 0.5) * size / count - 0.5
    else:
        raise PackageError(f"sampling_mode: got {mode!r}")
    return grid.clamp(0, last)


def _interpolated(x: Tensor, axis: int, grid: Tensor) -> Tensor:
    low = grid.floor().long()
    high = (low + 1).clamp(max=x.shape[axis] - 1)
    share = (grid - low).to(x.dtype)
    share = share if axis == -1 else share.unsqueeze(-1)
    return torch.lerp(x.index_select(axis, low), x.index_select(axis, high), share)
