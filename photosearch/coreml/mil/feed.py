"""Arrays and pictures into a program, and arrays out of it.

Shape legend: H, W the height and width of a picture in pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from photosearch.coreml.mil.describe import Feature
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.run import Precision, to_half
from photosearch.errors import ShapeError

if TYPE_CHECKING:
    from PIL.Image import Image

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
