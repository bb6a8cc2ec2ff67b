"""Reads `weight.bin`, where a package keeps its large constants.

The layout (github.com/apple/coremltools, mlmodel/src/MILBlob/Blob/StorageFormat.hpp): a header of
64 bytes (u32 count, u32 version 2), then blobs. A program points at a blob's metadata, 64 bytes:
u32 0xDEADBEEF, u32 element type, u64 size in bytes, u64 offset of the data. All little-endian.
"""

from __future__ import annotations

import struct
from functools import cached_property
from pathlib import Path

from photosearch.coreml.mil.dtypes import Array, DType, unpack
from photosearch.errors import PackageError

_SENTINEL, _VERSION = 0xDEADBEEF, 2
_HEADER, _METADATA = struct.Struct("<II"), struct.Struct("<IIQQ")
_RECORD_BYTES = 64  # of the header and of each metadata


class BlobFile:
    """One weight file. It is read whole, not mapped: a mapped file that shrinks is a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _data(self) -> memoryview:
        try:
            data = memoryview(self._path.read_bytes())
        except OSError as error:
            raise PackageError(f"weights {self._path}: {error.strerror or error}") from error
        if len(data) < _RECORD_BYTES:
            raise PackageError(f"{self._path}: got {len(data)} bytes, expected a header of 64")
        _, version = _HEADER.unpack_from(data)
        if version != _VERSION:
            raise PackageError(f"{self._path}: got version {version}, expected {_VERSION}")
        return data

    def read(self, offset: int, dtype: DType, count: int) -> Array:
        """The elements of one blob, flat and read-only.

        Raises PackageError if the offset points at no blob of that type and size, or if the file
        ends before the blob does.
        """
        sentinel, code, size, start = self._metadata(offset)
        if sentinel != _SENTINEL:
            raise PackageError(f"{self._path}: no blob at offset {offset}")
        if code != dtype.blob:
            raise PackageError(
                f"{self._path}: blob at {offset} holds type {code}, expected {dtype.name}"
            )
        if start + size > len(self._data):
            raise PackageError(
                f"{self._path}: blob at {offset} ends at {start + size}, "
                f"but the file has {len(self._data)} bytes"
            )
        return unpack(self._data[start : start + size], dtype, count)

    def _metadata(self, offset: int) -> tuple[int, int, int, int]:
        if offset + _RECORD_BYTES > len(self._data):
            raise PackageError(
                f"{self._path}: offset {offset} lies outside its {len(self._data)} bytes"
            )
        return _METADATA.unpack_from(self._data, offset)
