"""Runs a bound function, one operation after the other.

fp16 is "storage" mode: an operation computes in float32, and each of its outputs that is declared
as fp16 is rounded to fp16 (to infinity beyond 65504). That is what a device does whose
accumulators are wider than its registers; the Neural Engine's own accumulation is not published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import torch
from torch import Tensor

from photosearch.coreml.mil.bind import Plan, Step, compute_dtype, from_tensor
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.program import Named, Op
from photosearch.errors import PackageError

Precision = Literal["fp16", "fp32"]
Observer = Callable[[Op, Mapping[str, Array]], None]
_FAILURES = (
    RuntimeError, IndexError, ValueError, TypeError, ArithmeticError, AttributeError, MemoryError,
)  # fmt: skip


def run(
    plan: Plan, inputs: Mapping[str, Tensor], *, precision: Precision, observe: Observer | None
) -> dict[str, Tensor]:
    """The function's outputs by name. Raises PackageError that names the operation that failed."""
    known = {**plan.constants, **inputs}
    for step in plan.steps:
        results = _outputs(step, known, half=precision == "fp16")
        known |= results
        if observe is not None:
            observe(step.op, {name: each.numpy() for name, each in results.items()})
        for name in step.last_used:
            known.pop(name, None)
    return {name: known[name] for name in plan.function.outputs}


def _outputs(step: Step, known: Mapping[str, Tensor], *, half: bool) -> dict[str, Tensor]:
    try:
        result = step.implementation.call(**step.fixed, **_moving(step, known))
    except PackageError as error:
        raise PackageError(f"{step.op}: {error}") from error
    except _FAILURES as error:
        reason = str(error).partition("\n")[0] or repr(error)
        raise PackageError(f"{step.op}: {reason}") from error
    made = result if isinstance(result, tuple) else (result,)
    if len(made) != len(step.op.outputs):
        raise PackageError(f"{step.op}: expected {len(made)} outputs, got {len(step.op.outputs)}")
    rounds = half and not step.implementation.exact
    return {
        named.name: _settled(each, named, step.op, rounds=rounds)
        for named, each in zip(step.op.outputs, made, strict=True)
    }


def _moving(step: Step, known: Mapping[str, Tensor]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind, parts in step.moving:
        tensors = [known[part] if isinstance(part, str) else part for part in parts]
        if kind == "Tensors":
            values[name] = tensors
        elif kind == "Tensor":
            values[name] = tensors[0]
        else:
            values[name] = from_tensor(tensors[0], kind, f"parameter '{name}'")
    return values


def _settled(value: Tensor, named: Named, op: Op, *, rounds: bool) -> Tensor:
    """The value in its declared type. Raises PackageError if it has another type or shape."""
    declared = named.type
    wanted = compute_dtype(declared.dtype)
    if value.dtype == torch.int64 and wanted == torch.int32:
        value = value.int()
    shape = tuple(value.shape)
    if value.dtype != wanted or (shape != declared.shape and not _allows(declared.shape, shape)):
        got = f"{str(value.dtype).removeprefix('torch.')}{list(shape)}"
        raise PackageError(f"{op}: computed {got}, declared {declared}")
    return to_half(value) if rounds and declared.dtype.name == "fp16" else value


def _allows(declared: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Whether a shape is one of those that were left open."""
    return len(declared) == len(shape) and all(
        want in (None, size) for want, size in zip(declared, shape, strict=True)
    )


def to_half(value: Tensor) -> Tensor:
    """float32 -> the nearest fp16, as float32."""
    return value.half().float()
