"""Reads what a function takes and gives, as the package declares it, and converts it to tensors.

Shape legend: H, W the height and width of a picture in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.program import Function, Named
from photosearch.coreml.mil.values import TensorType
from photosearch.errors import PackageError, ShapeError

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


Color = Literal["RGB", "BGR", "GRAYSCALE"]
Precision = Literal["fp16", "fp32"]
_COLORS: dict[int, Color] = {10: "GRAYSCALE", 20: "RGB", 30: "BGR"}
_ARRAY_DTYPES = {65552: "fp16", 65568: "fp32", 65600: "fp64", 131104: "int32", 131080: "int8"}
_NUMPY = {"fp16": np.float16, "fp32": np.float32, "fp64": np.float64, "int8": np.int8}


@dataclass(frozen=True, slots=True)
class Feature:
    """One input or output.

    A picture is uint8 [H, W, 3] in RGB (GRAYSCALE: [H, W]), whatever its `color`: that is the
    order of the channels inside the program. `shape` holds None where a size is open within
    `ranges` or `choices`.
    """

    name: str
    kind: Literal["array", "image"]
    dtype: str  # fp16, fp32, fp64, int32, int8; uint8 for pictures
    shape: tuple[int | None, ...]
    color: Color | None = None
    choices: tuple[tuple[int, ...], ...] = ()  # if not empty, one of these shapes
    ranges: tuple[tuple[int, int], ...] = ()  # smallest and largest size; largest -1: no limit
    optional: bool = False
    type: TensorType | None = field(default=None, repr=False)  # of the program's own input

    def allows(self, shape: tuple[int, ...]) -> bool:
        if len(shape) != len(self.shape):
            return False
        if self.choices:
            return shape in self.choices
        if self.ranges:
            limits = zip(shape, self.ranges, strict=True)
            return all(
                low <= size and high in (-1, max(size, high)) for size, (low, high) in limits
            )
        return all(want in (None, size) for size, want in zip(shape, self.shape, strict=True))


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives, by name."""

    inputs: Mapping[str, Feature]
    outputs: Mapping[str, Feature]


def read_signatures(message: Any, functions: Mapping[str, Function]) -> dict[str, Signature]:
    """The description of every function. Raises PackageError if it does not fit the program."""
    described = {each.name: each for each in message.functions} or {
        message.default_function or next(iter(functions)): message
    }
    return {
        name: _signature(each, functions[name])
        for name, each in described.items()
        if _is_there(name, functions)
    }


def _is_there(name: str, functions: Mapping[str, Function]) -> bool:
    if name not in functions:
        raise PackageError(f"the description names function {name!r}, which is not there")
    return True


def _signature(message: Any, function: Function) -> Signature:
    given = {each.name: each for each in function.inputs}
    made = {each.name: each for op in function.ops for each in op.outputs} | given
    inputs = {each.name: _feature(each, given.get(each.name)) for each in message.input}
    if missing := sorted(given.keys() - inputs.keys()):
        raise PackageError(f"function {function.name}: inputs {missing} are not described")
    result = {name: made[name] for name in function.outputs}
    outputs = {each.name: _feature(each, result.get(each.name)) for each in message.output}
    return Signature(inputs, outputs)


def _feature(message: Any, tensor: Named | None) -> Feature:
    if tensor is None:
        raise PackageError(f"{message.name!r} is described, but not in the program")
    kind = message.type
    if kind.HasField("image"):
        return _image_feature(message.name, kind, tensor)
    if kind.HasField("array"):
        return _array_feature(message.name, kind, tensor)
    raise PackageError(f"{message.name!r}: got a type that is neither array nor image")


def _image_feature(name: str, kind: Any, tensor: Named) -> Feature:
    image, color = kind.image, _COLORS.get(kind.image.color)
    if color is None:
        raise PackageError(f"picture {name!r}: colour space {image.color}, expected RGB, BGR, gray")
    channels = () if color == "GRAYSCALE" else (3,)
    if len(tensor.type.shape) != 4:
        raise PackageError(f"picture {name!r}: program takes {tensor.type}, expected rank 4")
    height, width = tensor.type.shape[2:]
    return Feature(
        name=name,
        kind="image",
        dtype="uint8",
        shape=(height, width, *channels),
        color=color,
        choices=tuple((each.height, each.width, *channels) for each in image.choices.sizes),
        optional=kind.optional,
        type=tensor.type,
    )


def _array_feature(name: str, kind: Any, tensor: Named) -> Feature:
    array = kind.array
    dtype = _ARRAY_DTYPES.get(array.dtype)
    if dtype is None:
        raise PackageError(f"array {name!r}: element type {array.dtype} is unknown")
    fixed = tuple(array.shape)
    return Feature(
        name=name,
        kind="array",
        dtype=dtype,
        shape=tensor.type.shape if None in tensor.type.shape or not fixed else fixed,
        choices=tuple(tuple(each.shape) for each in array.choices.shapes),
        ranges=tuple((each.lower, each.upper) for each in array.range.sizes),
        optional=kind.optional,
        type=tensor.type,
    )


def to_half(value: Tensor) -> Tensor:
    """float32 -> the nearest fp16, as float32."""
    return value.half().float()


def to_input(feature: Feature, value: Array | Image, precision: Precision) -> Tensor:
    """One input in the form that the program takes. Raises ShapeError."""
    tensor = _picture(feature, value) if feature.kind == "image" else _array(feature, value)
    held = feature.type.dtype.name if feature.type else feature.dtype
    return to_half(tensor) if held == "fp16" and precision == "fp16" else tensor


def _picture(feature: Feature, value: Array | Image) -> Tensor:
    """uint8 [H, W, 3] RGB, or [H, W] gray, or a PIL picture -> float32 [1, C, H, W], 0..255."""
    import torch

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
    import torch

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
    import torch

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
