"""Operations that move elements and compute none."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Bools, Ints, Tensors, op
from photosearch.coreml.mil.values import check_elements


@op(exact=True)
def reshape(x: Tensor, shape: Ints) -> Tensor:
    """-1 takes what remains; 0 keeps the size of that axis."""
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(shape)])


@op(exact=True)
def transpose(x: Tensor, perm: Ints) -> Tensor:
    return x.permute(perm)


@op(exact=True)
def expand_dims(x: Tensor, axes: Ints) -> Tensor:
    rank = x.dim() + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        x = x.unsqueeze(axis)
    return x


@op(exact=True)
def squeeze(x: Tensor, axes: Ints | None = None) -> Tensor:
    return x.squeeze() if axes is None else x.squeeze(axes)


@op(exact=True)
def flatten2d(x: Tensor, axis: int = 1) -> Tensor:
    return x.reshape(x.shape[:axis].numel(), -1)


@op("shape", exact=True)
def shape_of(x: Tensor) -> Tensor:
    return torch.tensor(x.shape, dtype=torch.int32)


@op(exact=True)
def concat(values: Tensors, axis: int, interleave: bool = False) -> Tensor:
    if not interleave:
        return torch.cat(values, axis)
    axis %= values[0].dim()
    return torch.stack(values, axis + 1).flatten(axis, axis + 1)


@op(exact=True)
def stack(values: Tensors, axis: int) -> Tensor:
    return torch.stack(values, axis)


@op(exact=True)
def split(
    x: Tensor, axis: int, num_splits: int | None = None, split_sizes: Ints | None = None
) -> tuple[Tensor, ...]:
    return torch.split(x, split_sizes or x.shape[axis] // (num_splits or 1), axis)


@op(exact=True)
def slice_by_index(
    x: Tensor,
    begin: Ints,
    end: Ints,
    stride: Ints | None = None,
    begin_mask: Bools | None = None,
    end_mask: Bools | None = None,
    squeeze_mask: Bools | None = None,
) -> Tensor:
    """x[begin:end:stride] as in Python, per axis; a masked bound is open, a squeezed axis one."""
    squeezed = squeeze_mask or [False] * x.dim()
    for axis, places in enumerate(_places(x, begin, end, stride, begin_mask, end_mask, squeezed)):
        if places.step == 1 and len(places):
            x = x.narrow(axis, places.start, len(places))
        elif len(places) != x.shape[axis] or places.step != 1:
            x = x.index_select(axis, torch.tensor(list(places), dtype=torch.int64))
    return x.squeeze([axis for axis, one in enumerate(squeezed) if one]) if any(squeezed) else x


def _places(
    x: Tensor,
    begin: Ints,
    end: Ints,
    stride: Ints | None,
    begin_mask: Bools | None,
    end_mask: Bools | None,
    squeeze_mask: Bools,
) -> list[range]:
    """The indices taken from each axis."""
    found = []
    for axis, size in enumerate(x.shape):
        if squeeze_mask[axis]:
            place = range(size)[begin[axis]]
            found.append(range(place, place + 1))
            continue
        low = None if begin_mask and begin_mask[axis] else begin[axis]
        high = None if end_mask and end_mask[axis] else end[axis]
        found.append(range(size)[low : high : stride[axis] if stride else 1])
    return found


@op(exact=True)
def slice_update(
    x: Tensor,
    update: Tensor,
    begin: Ints,
    end: Ints,
    stride: Ints | None = None,
    begin_mask: Bools | None = None,
    end_mask: Bools | None = None,
    squeeze_mask: Bools | None = None,
) -> Tensor:
    """A copy of x in which the slice that `slice_by_index` would take is replaced."""
    squeezed = squeeze_mask or [False] * x.dim()
    every = _places(x, begin, end, stride, begin_mask, end_mask, squeezed)
    grid = torch.meshgrid(*(torch.tensor(list(each)) for each in every), indexing="ij")
    y = x.clone()
    y[grid] = update.reshape(grid[0].shape)
    return y


@op(exact=True)
def slice_by_size(x: Tensor, begin: Ints, size: Ints) -> Tensor:
    """A size of -1 goes on to the end."""
    for axis, (start, length) in enumerate(zip(begin, size, strict=True)):
        x = x.narrow(axis, start, x.shape[axis] - start if length == -1 else length)
    return x


@op(exact=True)
def tile(x: Tensor, reps: Ints) -> Tensor:
    check_elements([size * n for size, n in zip(x.shape, reps, strict=True)])
    return x.tile(reps)


@op(exact=True)
def pad(x: Tensor, pad: Ints, mode: str = "constant", constant_val: float = 0.0) -> Tensor:
    """Before and after each of the last len(pad) / 2 axes, the first of them first."""
    pairs = list(zip(pad[::2], pad[1::2], strict=True))
    last = x.shape[x.dim() - len(pairs) :]
    check_elements([size + sum(pair) for size, pair in zip(last, pairs, strict=True)])
    if mode == "constant":
        return F.pad(x, [n for pair in reversed(pairs) for n in pair], value=constant_val)
    for axis, (before, after) in enumerate(pairs, start=x.dim() - len(pairs)):
        x = x.index_select(axis, _mirrored(x.shape[axis], before, after, mode))
    return x


def _mirrored(size: int, before: int, after: int, mode: str) -> Tensor:
    """Which element stands at each place of a padded axis."""
    places = torch.arange(-before, size + after)
    if mode == "reflect":
        places = (size - 1) - ((size - 1) - places.abs()).abs()
    return places.clamp(0, size - 1)


@op(exact=True)
def reverse(x: Tensor, axes: Ints | None = None) -> Tensor:
    return x.flip(list(range(x.dim())) if axes is None else axes)


@op(exact=True)
def fill(shape: Ints, value: Tensor | None = None) -> Tensor:
    check_elements(shape)
    return torch.zeros(shape) if value is None else value.reshape(()).expand(shape).clone()


@op(exact=True)
def fill_like(ref_tensor: Tensor, value: Tensor | None = None) -> Tensor:
    return fill(list(ref_tensor.shape), value)  # type: ignore[no-any-return]


@op(exact=True)
def range_1d(end: Tensor, start: Tensor, step: Tensor) -> Tensor:
    first, last, stride = start.item(), end.item(), step.item()
    check_elements([int(abs((last - first) / stride)) if stride else 1])
    return torch.arange(first, last, stride, dtype=start.dtype)


@op(exact=True)
def band_part(x: Tensor, lower: int = -1, upper: int = -1) -> Tensor:
    """Keeps `lower` diagonals below the main one and `upper` above; negative keeps all."""
    if lower >= 0:
        x = x.triu(-lower)
    return x.tril(upper) if upper >= 0 else x


@op(exact=True)
def depth_to_space(x: Tensor, block_size: int) -> Tensor:
    """[N, C b b, H, W] -> [N, C, H b, W b], the block's place in the outer part of C."""
    n, c, h, w = x.shape
    blocks = x.reshape(n, block_size, block_size, c // block_size**2, h, w)
    return blocks.permute(0, 3, 4, 1, 5, 2).reshape(n, -1, h * block_size, w * block_size)


@op(exact=True)
def space_to_depth(x: Tensor, block_size: int) -> Tensor:
    """[N, C, H b, W b] -> [N, b b C, H, W]."""
    n, c, h, w = x.shape
    blocks = x.reshape(n, c, h // block_size, block_size, w // block_size, block_size)
    moved = blocks.permute(0, 3, 5, 1, 2, 4)
    return moved.reshape(n, -1, h // block_size, w // block_size)


@op(exact=True)
def pixel_shuffle(x: Tensor, upscale_factor: int) -> Tensor:
    return F.pixel_shuffle(x, upscale_factor)


@op(exact=True)
def pixel_unshuffle(x: Tensor, downscale_factor: int) -> Tensor:
    return F.pixel_unshuffle(x, downscale_factor)


@op(exact=True)
def sliding_windows(x: Tensor, axis: int, size: int, stride: int = 1) -> Tensor:
    """[..., A, ...] -> [..., windows, size, ...]."""
    axis %= x.dim()
    return x.unfold(axis, size, stride).movedim(-1, axis + 1)
