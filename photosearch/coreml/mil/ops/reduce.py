"""Operations that reduce axes, run along one, or sort it."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from photosearch.coreml.mil.ops.registry import Ints, op

_Reduction = Callable[[Tensor, Ints, bool], Tensor]
_REDUCTIONS: dict[str, tuple[_Reduction, bool]] = {
    "reduce_l1_norm": (lambda x, axes, keep: x.abs().sum(axes, keep), False),
    "reduce_l2_norm": (lambda x, axes, keep: x.square().sum(axes, keep).sqrt(), False),
    "reduce_log_sum": (lambda x, axes, keep: x.sum(axes, keep).log(), False),
    "reduce_log_sum_exp": (lambda x, axes, keep: x.logsumexp(axes, keep), False),
    "reduce_max": (lambda x, axes, keep: x.amax(axes, keep), True),
    "reduce_mean": (lambda x, axes, keep: x.mean(axes, keep), False),
    "reduce_min": (lambda x, axes, keep: x.amin(axes, keep), True),
    "reduce_sum": (lambda x, axes, keep: x.sum(axes, keep), False),
    "reduce_sum_square": (lambda x, axes, keep: x.square().sum(axes, keep), False),
}


def _register(function: _Reduction, name: str, *, exact: bool) -> None:
    @op(name, exact=exact)
    def reduction(x: Tensor, axes: Ints | None = None, keep_dims: bool = False) -> Tensor:
        return function(x, list(range(x.dim())) if axes is None else axes, keep_dims)


for name, (function, exact) in _REDUCTIONS.items():
    _register(function, name, exact=exact)


@op()
def reduce_prod(x: Tensor, axes: Ints | None = None, keep_dims: bool = False) -> Tensor:
    every = range(x.dim()) if axes is None else (axis % x.dim() for axis in axes)
    for axis in sorted(every, reverse=True):
        x = x.prod(axis, keepdim=keep_dims)
    return x


@op(exact=True)
def reduce_argmax(
    x: Tensor,
    axis: int = -1,
    keep_dims: bool = False,
    output_dtype: str = "int32",  # noqa: ARG001 the declared type of the output says it too
) -> Tensor:
    return x.argmax(axis, keepdim=keep_dims)


@op(exact=True)
def reduce_argmin(
    x: Tensor,
    axis: int = -1,
    keep_dims: bool = False,
    output_dtype: str = "int32",  # noqa: ARG001 the declared type of the output says it too
) -> Tensor:
    return x.argmin(axis, keepdim=keep_dims)


@op()
def cumsum(x: Tensor, axis: int = 0, exclusive: bool = False, reverse: bool = False) -> Tensor:
    if reverse:
        x = x.flip(axis)
    total = x.cumsum(axis)
    if exclusive:
        total = total - x
    return total.flip(axis) if reverse else total


@op(exact=True)
def argsort(x: Tensor, axis: int = -1, ascending: bool = False) -> Tensor:
    return x.argsort(dim=axis, descending=not ascending, stable=True)


@op(exact=True)
def topk(
    x: Tensor,
    k: int = 1,
    axis: int = -1,
    ascending: bool = False,
    sort: bool = True,  # noqa: ARG001 sorted in any case, which no order contradicts
    return_indices: bool = True,
    output_indices_dtype: str = "int32",  # noqa: ARG001 the declared type says it too
) -> tuple[Tensor, ...]:
    count = x.shape[axis] if k == -1 else k
    values, indices = x.sort(dim=axis, descending=not ascending, stable=True)
    found = values.narrow(axis, 0, count), indices.narrow(axis, 0, count)
    return found if return_indices else found[:1]
