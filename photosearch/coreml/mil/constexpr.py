"""Decompresses constants: quantised, palettised, pruned, or several at once.

Each function takes the arrays that the operation names and gives the arrays of its outputs. An
input may be another compressed constant: they are resolved in the program's order, so nothing here
knows about nesting. Formulas: coremltools' documentation of the constexpr operations, iOS 16 (bits
packed in uint8, a shape beside them) and iOS 18 (types of 1 to 8 bits, blocks).

Shape legend: M packed bytes, D non-zero elements, P palette entries, V elements of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from photosearch.coreml.mil.dtypes import Array, unpack_bits
from photosearch.coreml.mil.values import check_elements
from photosearch.errors import PackageError

Arrays = Mapping[str, Array]


def affine_dequantize(given: Arrays) -> tuple[Array, ...]:
    """scale * (data - zero_point), along one axis or for all."""
    data, axis = given["quantized_data"], int(given["axis"])
    scale, zero = (_along(given[name], data.ndim, axis) for name in ("scale", "zero_point"))
    return (((data.astype(np.float32) - zero.astype(np.float32)) * scale).astype(scale.dtype),)


def blockwise_shift_scale(given: Arrays) -> tuple[Array, ...]:
    """scale * (data - offset), each block of elements with its own pair."""
    data, scale, offset = given["data"], given["scale"], given.get("offset")
    steps = data.astype(np.float32)
    if offset is not None:
        steps = steps - _spread(offset.astype(np.float32), data.shape)
    return ((steps * _spread(scale, data.shape)).astype(scale.dtype),)


def lut_to_dense(given: Arrays) -> tuple[Array, ...]:
    """Palette entries by index; iOS 16 packs the indices, iOS 18 has palettes by block."""
    if "shape" in given:
        lut, shape = given["lut"], _shape(given["shape"])
        bits = (len(lut) - 1).bit_length()
        packed = np.ascontiguousarray(given["indices"]).view(np.uint8)
        return (lut[unpack_bits(packed, bits, prod(shape))].reshape(shape),)
    return (_lookup(given["indices"], given["lut"], given.get("vector_axis")),)


def lut_to_sparse(given: Arrays) -> tuple[Array, ...]:
    """Palette entries for the non-zero elements only: their mask and their values."""
    mask, axis = given["indices_mask"], given.get("vector_axis")
    dense = _lookup(_densified(given["indices_nonzero_data"], mask), given["lut"], axis)
    if axis is not None:
        mask = mask.repeat(given["lut"].shape[-1], axis=int(axis))
    return mask, dense[mask != 0]


def sparse_to_dense(given: Arrays) -> tuple[Array, ...]:
    """Zeros but where the mask has a bit set."""
    mask = given["mask"]
    if "shape" in given:
        shape = _shape(given["shape"])
        packed = np.ascontiguousarray(mask).view(np.uint8)
        mask = unpack_bits(packed, 1, prod(shape)).reshape(shape)
    return (_densified(given["nonzero_data"], mask),)


def sparse_blockwise_shift_scale(given: Arrays) -> tuple[Array, ...]:
    """blockwise_shift_scale of the non-zero elements only: their mask and their values."""
    mask = given["data_mask"]
    data = _densified(given["nonzero_data"], mask)
    (dense,) = blockwise_shift_scale({**given, "data": data})
    return mask, dense[mask != 0]


def cast(given: Arrays) -> tuple[Array, ...]:
    """fp16 to fp32, the only cast there is."""
    if given["output_dtype"].item() != "fp32":
        raise PackageError(f"output_dtype: got {given['output_dtype'].item()!r}, expected fp32")
    return (given["source_val"].astype(np.float32),)


CONSTEXPRS: dict[str, Callable[[Arrays], tuple[Array, ...]]] = {
    f"constexpr_{function.__name__}": function
    for function in (
        affine_dequantize,
        blockwise_shift_scale,
        cast,
        lut_to_dense,
        lut_to_sparse,
        sparse_blockwise_shift_scale,
        sparse_to_dense,
    )
}


def _along(vector: Array, rank: int, axis: int) -> Array:
    if vector.ndim == 0:
        return vector
    shape = [1] * rank
    shape[axis] = -1
    return vector.reshape(shape)


def _shape(sizes: Array) -> tuple[int, ...]:
    shape = tuple(int(size) for size in sizes)
    check_elements(shape)
    return shape


def _spread(blocks: Array, shape: tuple[int, ...]) -> Array:
    """One value for each block -> one for each element; each size divides that of `shape`."""
    if blocks.ndim != len(shape) or any(n % b for n, b in zip(shape, blocks.shape, strict=True)):
        raise PackageError(f"blocks of shape {blocks.shape} do not divide {shape}")
    for axis, size in enumerate(shape):
        if blocks.shape[axis] not in (1, size):
            blocks = blocks.repeat(size // blocks.shape[axis], axis)
    return np.broadcast_to(blocks, shape)


def _densified(nonzero: Array, mask: Array) -> Array:
    places = mask != 0
    if int(places.sum()) != nonzero.size:
        raise PackageError(f"mask: got {int(places.sum())} bits set, expected {nonzero.size}")
    dense = np.zeros(mask.shape, nonzero.dtype)
    dense[places] = nonzero.reshape(-1)
    return dense


def _lookup(indices: Array, lut: Array, vector_axis: Any) -> Array:
    """[...], [blocks..., P, V] -> [...], V times as long along the vector's axis."""
    places: tuple[Array, ...] = np.indices(indices.shape, sparse=True)
    if lut.ndim != indices.ndim + 2:
        raise PackageError(f"lut: got rank {lut.ndim}, expected {indices.ndim + 2}")
    if any(n % b for n, b in zip(indices.shape, lut.shape, strict=False)):
        raise PackageError(f"palettes of shape {lut.shape[:-2]} do not divide {indices.shape}")
    blocks = tuple(
        place // (n // b) for place, n, b in zip(places, indices.shape, lut.shape, strict=False)
    )
    vectors: Array = lut[(*blocks, indices)]  # [..., V]
    if lut.shape[-1] == 1:
        return vectors[..., 0]
    if vector_axis is None:
        raise PackageError("vector_axis: expected one, for vectors are longer than 1")
    axis = int(vector_axis) % indices.ndim
    shape = [n * (lut.shape[-1] if i == axis else 1) for i, n in enumerate(indices.shape)]
    return np.moveaxis(vectors, -1, axis + 1).reshape(shape)
