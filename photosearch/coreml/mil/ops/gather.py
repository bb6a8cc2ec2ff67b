"""Operations that look elements up by index. Negative indices count from the end."""

from __future__ import annotations

import torch
from torch import Tensor

from photosearch.coreml.mil.ops.registry import op
from photosearch.coreml.mil.values import check_elements
from photosearch.errors import PackageError

# `validate_indices` asks Core ML to check what is checked here in any case.


@op(exact=True)
def gather(
    x: Tensor,
    indices: Tensor,
    axis: int = 0,
    batch_dims: int = 0,
    validate_indices: bool = False,  # noqa: ARG001
) -> Tensor:
    """x[..., indices, ...]; the first `batch_dims` axes of both run together."""
    axis %= x.dim()
    places = _wrapped(indices, x.shape[axis])
    shape = (*x.shape[:axis], *indices.shape[batch_dims:], *x.shape[axis + 1 :])
    check_elements(shape)
    if batch_dims == 0:
        return x.index_select(axis, places.flatten()).reshape(shape)
    batch = x.shape[:batch_dims].numel()
    before, after = x.shape[batch_dims:axis].numel(), x.shape[axis + 1 :].numel()
    rows = places.reshape(batch, 1, -1, 1).expand(-1, before, -1, after)
    return x.reshape(batch, before, x.shape[axis], after).gather(2, rows).reshape(shape)


@op(exact=True)
def gather_along_axis(
    x: Tensor,
    indices: Tensor,
    axis: int = 0,
    validate_indices: bool = False,  # noqa: ARG001
) -> Tensor:
    return x.gather(axis, _wrapped(indices, x.shape[axis]))


@op(exact=True)
def gather_nd(
    x: Tensor,
    indices: Tensor,
    batch_dims: int = 0,
    validate_indices: bool = False,  # noqa: ARG001
) -> Tensor:
    """The last axis of `indices` holds places in the axes of x after the batch."""
    depth = indices.shape[-1]
    places = tuple(
        _wrapped(each, x.shape[batch_dims + i]) for i, each in enumerate(indices.unbind(-1))
    )
    lead = indices.shape[batch_dims:-1]
    batch = tuple(
        torch.arange(size).reshape([-1] + [1] * (batch_dims - i - 1 + len(lead)))
        for i, size in enumerate(x.shape[:batch_dims])
    )
    if depth + batch_dims > x.dim():
        raise PackageError(f"indices: got depth {depth}, expected at most {x.dim() - batch_dims}")
    return x[(*batch, *places)]


@op(exact=True)
def one_hot(
    indices: Tensor,
    one_hot_vector_size: int,
    axis: int = -1,
    on_value: Tensor | None = None,
    off_value: Tensor | None = None,
) -> Tensor:
    """A new axis with `on_value` at the index; an index out of range is off everywhere."""
    check_elements([*indices.shape, one_hot_vector_size])
    hit = indices.unsqueeze(-1) == torch.arange(one_hot_vector_size)
    on = torch.tensor(1, dtype=torch.int32) if on_value is None else on_value
    off = torch.zeros_like(on) if off_value is None else off_value
    return torch.where(hit, on, off).movedim(-1, axis)


@op()
def scatter_nd(
    data: Tensor,
    indices: Tensor,
    updates: Tensor,
    mode: str = "add",
    validate_indices: bool = False,  # noqa: ARG001
) -> Tensor:
    """A copy of `data`, changed at the places that the last axis of `indices` holds."""
    if mode not in ("add", "update"):
        raise PackageError(f"mode: got {mode!r}, expected add or update")
    places = tuple(_wrapped(each, data.shape[i]) for i, each in enumerate(indices.unbind(-1)))
    return data.index_put(places, updates, accumulate=mode == "add")


def _wrapped(indices: Tensor, size: int) -> Tensor:
    """int64 indices from 0 on. Raises PackageError if one lies outside."""
    places = indices.long()
    if places.numel() and not -size <= int(places.min()) <= int(places.max()) < size:
        raise PackageError(
            f"indices from {int(places.min())} to {int(places.max())}, expected below {size}"
        )
    return torch.where(places < 0, places + size, places)
