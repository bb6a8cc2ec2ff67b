"""Element types of MIL: their codes in programs and weight files, and how they are held here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import PackageError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class DType:
    name: str
    bits: int  # of one element in a weight file
    numpy: np.dtype[Any]  # what an element is unpacked to
    code: int  # in the program: MIL.proto, DataType
    blob: int | None = None  # in weight.bin: BlobDataType

    @property
    def is_float(self) -> bool:
        return self.numpy.kind == "f"


_TABLE = (
    DType("bool", 8, np.dtype(np.bool_), 1, 3),
    DType("string", 0, np.dtype(object), 2),
    DType("fp16", 16, np.dtype("<f2"), 10, 1),
    DType("fp32", 32, np.dtype("<f4"), 11, 2),
    DType("fp64", 64, np.dtype("<f8"), 12),
    DType("int8", 8, np.dtype("i1"), 21, 4),
    DType("int16", 16, np.dtype("<i2"), 22, 6),
    DType("int32", 32, np.dtype("<i4"), 23, 14),
    DType("int64", 64, np.dtype("<i8"), 24),
    DType("int4", 4, np.dtype("i1"), 25, 8),
    DType("uint8", 8, np.dtype("u1"), 31, 3),
    DType("uint16", 16, np.dtype("<u2"), 32, 7),
    DType("uint32", 32, np.dtype("<u4"), 33, 15),
    DType("uint64", 64, np.dtype("<u8"), 34),
    DType("uint4", 4, np.dtype("u1"), 35, 11),
    DType("uint2", 2, np.dtype("u1"), 36, 10),
    DType("uint1", 1, np.dtype("u1"), 37, 9),
    DType("uint6", 6, np.dtype("u1"), 38, 13),
    DType("uint3", 3, np.dtype("u1"), 39, 12),
)
_BY_CODE = {dtype.code: dtype for dtype in _TABLE}
BY_NAME = {dtype.name: dtype for dtype in _TABLE} | {"str": _TABLE[1]}


def dtype_of(code: int) -> DType:
    """Raises PackageError for a code that is none of MIL's, or one that is not held here."""
    if code not in _BY_CODE:
        raise PackageError(f"element type {code}: expected one of {sorted(_BY_CODE)}")
    return _BY_CODE[code]


def packed_bytes(dtype: DType, count: int) -> int:
    """How many bytes `count` elements take in a file."""
    return -(-dtype.bits * count // 8)


def unpack(data: bytes | memoryview, dtype: DType, count: int) -> Array:
    """`count` elements from their bytes in a file, [count].

    Elements narrower than a byte follow each other from the lowest bit of the first byte on; int4
    is two's complement. Raises PackageError if the number of bytes does not fit.
    """
    expected = packed_bytes(dtype, count)
    if len(data) != expected:
        raise PackageError(
            f"{count} values of {dtype.name}: got {len(data)} bytes, expected {expected}"
        )
    if dtype.bits >= 8:
        return np.frombuffer(data, dtype.numpy)
    values = unpack_bits(np.frombuffer(data, np.uint8), dtype.bits, count)
    if dtype.name == "int4":
        return (values.astype(np.int8) ^ 8) - np.int8(8)
    return values


def unpack_bits(data: NDArray[np.uint8], bits: int, count: int) -> NDArray[np.uint8]:
    """uint8 [bytes] -> uint8 [count], lowest bit first. Raises PackageError if bytes lack."""
    if len(data) * 8 < bits * count:
        raise PackageError(f"{count} values of {bits} bits: got {len(data)} bytes")
    flat = np.unpackbits(data, bitorder="little", count=bits * count).reshape(count, bits)
    return np.packbits(flat, axis=1, bitorder="little").reshape(count)
