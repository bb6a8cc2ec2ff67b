"""Runs a function: inputs converted, one operation after the other, outputs converted back.

fp16 is "storage" mode: an operation computes in float32, and each of its outputs that is declared
as fp16 is rounded to fp16 (to infinity beyond 65504). That is what a device does whose
accumulators are wider than its registers; the Neural Engine's own accumulation is not published.

Shape legend: H, W the height and width of a picture in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from torch import Tensor

from photosearch.coreml.mil.bind import Plan, Step, compute_dtype, from_tensor
from photosearch.coreml.mil.describe import Feature
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.program import Named, Op
from photosearch.errors import PackageError, ShapeError

if TYPE_CHECKING:
    from PIL.Image import Image


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


_NUMPY = {"fp16": np.float16, "fp32": np.float32, "fp64": np.float64, "int8": np.int8}


def to_input(feature: Feature, value: Array | Image, precision: Precision) -> Tensor:
    """One input in the form that the program takes. Raises ShapeError."""
    tensor = _picture(feature, value) if feature.kind == "image" else _array(feature, value)
    held = feature.type.dtype.name if feature.type else feature.dtype
    return to_half(tensor) if held == "fp16" and precision == "fp16" else tensor


def _picture(feature: Feature, value: Array | Image) -> Tensor:
    """uint8 [H, W, 3] RGB, or [H, W] gray, or a PIL picture -> float32 [1, C, H, W], 0..255."""
    if not isinstance(value, np.ndarray):
        value = np.asarray(value.convert("L" if feature.color == "GRAYSCALE" else "RGB"))
    if value.dtype != np.uint8 or not feature.allows(value.shape):
        raise _mismatch(feature, value)
    planes = torch.from_numpy(np.array(value, np.float32))
    if feature.color == "GRAYSCALE":
        return planes[None, None]
    if feature.color == "BGR":
        planes = planes.flip(-1)
    return planes.permute(2, 0, 1)[None].contiguous()


def _array(feature: Feature, value: Array | Image) -> Tensor:
    array = np.asarray(value)
    whole = feature.dtype.startswith("int")
    if array.dtype.kind not in ("iu" if whole else "fiu") or not feature.allows(array.shape):
        raise _mismatch(feature, array)
    if not whole:
        return torch.from_numpy(np.array(array, np.float32))
    limits = np.iinfo(np.int8 if feature.dtype == "int8" else np.int32)
    if array.size and not limits.min <= int(array.min()) <= int(array.max()) <= limits.max:
        raise ShapeError(f"input {feature.name!r}: values do not fit {feature.dtype}")
    return torch.from_numpy(np.array(array, np.int32))


def _mismatch(feature: Feature, array: Array) -> ShapeError:
    expected = feature.choices or feature.ranges or list(feature.shape)
    return ShapeError(
        f"input {feature.name!r}: got {array.dtype} {list(array.shape)}, "
        f"expected {feature.dtype} {expected}"
    )


def to_output(feature: Feature, tensor: Tensor, precision: Precision) -> Array:
    """In the declared dtype; in fp32 precision all floats are float32. Pictures as in `Feature`."""
    if feature.kind == "image":
        planes = tensor[0].round().clamp(0, 255).to(torch.uint8).numpy()
        if feature.color == "GRAYSCALE":
            return np.ascontiguousarray(planes[0])
        return np.ascontiguousarray(
            (planes[::-1] if feature.color == "BGR" else planes).transpose(1, 2, 0)
        )
    array = tensor.numpy()
    if precision == "fp32" and array.dtype.kind == "f":
        return np.array(array, np.float32)
    return np.array(array, _NUMPY.get(feature.dtype, np.int32))
