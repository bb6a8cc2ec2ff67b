"""Operations on each element alone, or on two arrays broadcast to each other."""

from __future__ import annotations

import operator
from collections.abc import Callable

import torch
from torch import Tensor

from photosearch.coreml.mil.dtypes import BY_NAME
from photosearch.coreml.mil.ops.registry import op
from photosearch.errors import PackageError

_UNARY: dict[str, Callable[[Tensor], Tensor]] = {
    "acos": torch.acos,
    "asin": torch.asin,
    "atan": torch.atan,
    "atanh": torch.atanh,
    "cos": torch.cos,
    "cosh": torch.cosh,
    "erf": torch.erf,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "sin": torch.sin,
    "sinh": torch.sinh,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "tan": torch.tan,
    "tanh": torch.tanh,
}
_UNARY_EXACT: dict[str, Callable[[Tensor], Tensor]] = {
    "abs": torch.abs,
    "ceil": torch.ceil,
    "floor": torch.floor,
    "identity": lambda x: x,
    "logical_not": torch.logical_not,
    "round": torch.round,  # halves to even, as numpy does
    "sign": torch.sign,
}
_BINARY: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "add": operator.add,
    "floor_div": torch.floor_divide,
    "mod": torch.remainder,  # of the divisor's sign, as numpy's
    "mul": operator.mul,
    "pow": torch.pow,
    "real_div": operator.truediv,
    "sub": operator.sub,
}
_BINARY_EXACT: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "equal": operator.eq,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "logical_xor": torch.logical_xor,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "not_equal": operator.ne,
}


def _register_unary(function: Callable[[Tensor], Tensor], name: str, *, exact: bool) -> None:
    @op(name, exact=exact)
    def unary(x: Tensor) -> Tensor:
        return function(x)


def _register_binary(
    function: Callable[[Tensor, Tensor], Tensor], name: str, *, exact: bool
) -> None:
    @op(name, exact=exact)
    def binary(x: Tensor, y: Tensor) -> Tensor:
        return function(x, y)


for name, one in _UNARY.items():
    _register_unary(one, name, exact=False)
for name, one in _UNARY_EXACT.items():
    _register_unary(one, name, exact=True)
for name, two in _BINARY.items():
    _register_binary(two, name, exact=False)
for name, two in _BINARY_EXACT.items():
    _register_binary(two, name, exact=True)


@op()
def clip(x: Tensor, alpha: float, beta: float) -> Tensor:
    return torch.clamp(x, alpha, beta)


@op()
def threshold(x: Tensor, alpha: float) -> Tensor:
    return torch.clamp(x, min=alpha)


@op()
def log(x: Tensor, epsilon: float = 1e-45) -> Tensor:
    return torch.log(x + epsilon)


@op()
def rsqrt(x: Tensor, epsilon: float = 1e-12) -> Tensor:
    return torch.rsqrt(x + epsilon)


@op()
def inverse(x: Tensor, epsilon: float = 1e-4) -> Tensor:
    return torch.reciprocal(x + epsilon)


@op(exact=True)
def select(cond: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return torch.where(cond, a, b)


@op()
def cast(x: Tensor, dtype: str) -> Tensor:
    """Floats to integers towards zero; integers that do not fit wrap around."""
    wanted = BY_NAME.get(dtype)
    if wanted is None or wanted.name == "string":
        raise PackageError(f"cast to {dtype!r}, expected a type of numbers")
    if wanted.is_float:
        return x.float()
    if wanted.name == "bool":
        return x != 0
    whole = x.long()
    if wanted.bits >= 32:
        return whole.int()
    span, lowest = 1 << wanted.bits, 0 if wanted.numpy.kind == "u" else 1 << (wanted.bits - 1)
    return (torch.remainder(whole + lowest, span) - lowest).int()


@op()
def quantize(
    input: Tensor,
    scale: Tensor,
    output_dtype: str,
    zero_point: Tensor | None = None,
    axis: int | None = None,
) -> Tensor:
    """clip(round(input / scale) + zero_point) to the range of int8 or uint8."""
    low, high = (-128, 127) if output_dtype == "int8" else (0, 255)
    steps = torch.round(input / _along(scale, input, axis))
    if zero_point is not None:
        steps = steps + _along(zero_point, input, axis)
    return torch.clamp(steps, low, high).int()


@op()
def dequantize(
    input: Tensor, scale: Tensor, zero_point: Tensor | None = None, axis: int | None = None
) -> Tensor:
    steps = input if zero_point is None else input - _along(zero_point, input, axis)
    return steps * _along(scale, input, axis)


def _along(vector: Tensor, x: Tensor, axis: int | None) -> Tensor:
    """A scalar as it is; a vector shaped to lie along one axis of x."""
    if vector.dim() == 0:
        return vector
    shape = [1] * x.dim()
    shape[-1 if axis is None else axis] = -1
    return vector.reshape(shape)
