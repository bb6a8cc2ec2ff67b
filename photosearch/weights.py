"""`weights.safetensors`: the tensors of a bundle, stored as small as they go without harm.

| a tensor `x` is stored as | meaning |
|-|-|
| `x` float16 or float32 | as it is |
| `x.q8` int8, the shape of x; `x.scale` float16 [rows] | x[r] = q8[r] * scale[r] |
| `x.q4` uint8 [rows, cols / 2]; `x.scale` float16 [rows, cols / 64] | see below |

A row is an output channel (the first axis), so a convolution keeps its shape. In `q4` the low
nibble is the even column, and x = (nibble - 8) * scale of its group of 64 columns; a scale may be
negative. Any matrix may be stored in any of these ways; `photosearch.models.quantizable` says which
are. Zero stays exactly zero in all. Names start with `image.` or `text.`, so that one tower can
be read without the other. The header's metadata has a key `config`: a JSON object with what the
shapes do not tell. `photosearch.weight_file` is the container.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import BundleError, ShapeError
from photosearch.weight_file import Stored, read_stored, write_stored

Floats: TypeAlias = NDArray[np.float32]
Halves: TypeAlias = NDArray[np.float16]

GROUP = 64  # columns that share a scale in int4
INT4_LEAST, INT4_MOST = -8, 7  # codes of int4, as they are multiplied
# Codes that int4 tries to give to the greatest value of a group; what comes below -8 is clipped.
# 7 and 8 are among them so that quantising twice is quantising once.
INT4_PEAKS = (-7.0, -7.5, -8.0, -8.5, -9.0, -9.5, -10.0)
_INT8_MAX = 127


@dataclass(frozen=True, slots=True)
class Int8:
    """Symmetric int8: codes [rows, ...], scale [rows]."""

    codes: NDArray[np.int8]
    scale: Halves

    @property
    def shape(self) -> tuple[int, ...]:
        return self.codes.shape

    def dense(self) -> Floats:
        scale = self.scale.astype(np.float32).reshape(-1, *[1] * (self.codes.ndim - 1))
        values: Floats = self.codes.astype(np.float32)
        values *= scale  # faster than one product of two types
        return values


@dataclass(frozen=True, slots=True)
class Int4:
    """Symmetric int4 in groups of 64 columns: codes [rows, cols / 2], scale [rows, cols / 64]."""

    codes: NDArray[np.uint8]
    scale: Halves

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.codes.shape[0], 2 * self.codes.shape[1])

    def dense(self) -> Floats:
        return _unpack(self.codes, self.scale)

    def rows(self, ids: NDArray[np.integer]) -> Floats:
        """Only these rows: ids [...] -> [..., cols]."""
        return _unpack(self.codes[ids], self.scale[ids])


def _unpack(codes: NDArray[np.uint8], scale: Halves) -> Floats:
    """[..., cols / 2] and [..., cols / 64] -> [..., cols]."""
    values: Floats = np.empty((*codes.shape, 2), np.float32)
    values[..., 0], values[..., 1] = codes & 15, codes >> 4
    values += INT4_LEAST
    grouped = values.reshape(*scale.shape, GROUP)
    grouped *= scale.astype(np.float32)[..., None]
    return grouped.reshape(*codes.shape[:-1], -1)


Tensor: TypeAlias = "NDArray[np.floating] | Int8 | Int4"


def dense(tensor: Tensor) -> Floats:
    """The float32 values of a tensor, however it is stored."""
    if isinstance(tensor, Int8 | Int4):
        return tensor.dense()
    return tensor.astype(np.float32)


def quantize_int8(values: NDArray[np.floating]) -> Int8:
    """Nearest int8 codes of an array [rows, ...]; the error is at most half a scale."""
    rows = values.reshape(values.shape[0], -1).astype(np.float32)
    scale = (np.abs(rows).max(axis=1, initial=0.0) / _INT8_MAX).astype(np.float16)
    codes = _round(rows, scale[:, None], -_INT8_MAX, _INT8_MAX)
    return Int8(codes.astype(np.int8).reshape(values.shape), scale)


def quantize_int4(values: NDArray[np.floating]) -> Int4:
    """Int4 codes of a matrix [rows, cols] and the scales that fit them, for least squared error.

    Raises ShapeError unless it is a matrix whose columns divide into groups of 64.
    """
    if values.ndim != 2 or values.shape[1] % GROUP:
        raise ShapeError(f"int4: got shape {values.shape}, expected [rows, a multiple of {GROUP}]")
    groups = values.reshape(-1, GROUP).astype(np.float32)
    codes = _int4_codes(groups)
    squares = np.square(codes).sum(axis=1)
    scale = (codes * groups).sum(axis=1) / np.where(squares == 0, 1, squares)  # least squares
    pairs = (codes - INT4_LEAST).astype(np.uint8).reshape(values.shape[0], -1, 2)
    packed = (pairs[..., 0] | pairs[..., 1] << 4).astype(np.uint8)
    return Int4(packed, scale.astype(np.float16).reshape(values.shape[0], -1))


def _int4_codes(groups: Floats) -> Floats:
    """Of a few ranges, the codes of the one with the least squared error: [G, 64] -> [G, 64].

    The greatest value of a group takes the longer side of the codes, the negative one. On the text
    tower's feed-forward weights this and the fitted scale leave an error of 9.7 % (root mean
    square); ranges that are centred on zero left 10.3 %, and 11.6 % without clipping.
    """
    greatest = np.abs(groups).argmax(axis=1)[:, None]
    peak = np.take_along_axis(groups, greatest, axis=1)
    best, least = np.zeros_like(groups), np.full_like(peak, np.inf)
    for code in INT4_PEAKS:
        scale = (peak / np.float32(code)).astype(np.float16)
        codes = _round(groups, scale, INT4_LEAST, INT4_MOST)
        error = np.square(groups - codes * scale).sum(axis=1, keepdims=True)
        np.copyto(best, codes, where=error < least)
        np.minimum(least, error, out=least)
    return best


def _round(values: Floats, scale: Halves, low: int, high: int) -> Floats:
    """Nearest multiples of the scale, clipped; a scale of zero gives zeros."""
    divisor = np.where(scale == 0, np.inf, scale).astype(np.float32)
    rounded: Floats = np.clip(np.rint(values / divisor), low, high)
    return rounded


def write_weights(path: Path, tensors: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
    """Writes a weight file whole or not at all; the same tensors give the same bytes."""
    write_stored(path, _flatten(tensors), config)


def _flatten(tensors: Mapping[str, Tensor]) -> Stored:
    stored: Stored = {}
    for name, tensor in tensors.items():
        if isinstance(tensor, Int8 | Int4):
            stored[name + (".q8" if isinstance(tensor, Int8) else ".q4")] = tensor.codes
            stored[name + ".scale"] = tensor.scale
        else:
            stored[name] = tensor
    return stored


def load_tensors(path: Path, prefix: str) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix`, which is taken off; still quantised.

    Raises BundleError if the file is missing or damaged, or if there is no such tensor.
    """
    found = read_stored(path, prefix)
    stored = {name.removeprefix(prefix): array for name, array in found.items()}
    if not stored:
        raise BundleError(f"{path}: no tensor named {prefix}*")
    restored = (_restore(key, stored) for key in stored)
    return dict(pair for pair in restored if pair is not None)


def load_arrays(path: Path, prefix: str) -> dict[str, Floats]:
    """The same, dequantised: name without the prefix -> float32."""
    return {name: dense(tensor) for name, tensor in load_tensors(path, prefix).items()}


def _restore(key: str, stored: Mapping[str, NDArray[Any]]) -> tuple[str, Tensor] | None:
    """The tensor that a stored entry stands for; None for a scale, which belongs to another."""
    name, _, kind = key.rpartition(".")
    if kind == "scale" and (f"{name}.q8" in stored or f"{name}.q4" in stored):
        return None
    if kind not in ("q8", "q4"):
        return key, _floating(key, stored[key])
    if name in stored or f"{name}.{'q8' if kind == 'q4' else 'q4'}" in stored:
        raise BundleError(f"{name}: stored twice, expected once")
    codes = stored[key]
    if kind == "q8":
        return name, Int8(_checked(key, codes, np.int8), _scale(name, codes.shape[:1], stored))
    if codes.ndim != 2 or 2 * codes.shape[1] % GROUP:
        wanted = f"[rows, a multiple of {GROUP // 2}]"
        raise BundleError(f"{key}: got shape {codes.shape}, expected {wanted}")
    groups = (codes.shape[0], 2 * codes.shape[1] // GROUP)
    return name, Int4(_checked(key, codes, np.uint8), _scale(name, groups, stored))


def _scale(name: str, shape: tuple[int, ...], stored: Mapping[str, NDArray[Any]]) -> Halves:
    scale = stored.get(f"{name}.scale")
    if scale is None or scale.shape != shape or not shape:
        got = None if scale is None else scale.shape
        raise BundleError(f"{name}.scale: got shape {got}, expected {shape or '[rows]'}")
    return _checked(f"{name}.scale", scale, np.float16)


def _checked(key: str, array: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    if array.dtype != dtype:
        raise BundleError(f"{key}: got {array.dtype}, expected {np.dtype(dtype)}")
    return array


def _floating(name: str, array: NDArray[Any]) -> NDArray[np.floating]:
    if not np.issubdtype(array.dtype, np.floating):
        raise BundleError(f"{name}: got {array.dtype}, expected float16, float32, .q8 or .q4")
    return array
