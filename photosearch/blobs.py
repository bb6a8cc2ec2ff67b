"""`weight.bin`: where a Core ML package keeps its large constants.

The format is that of github.com/apple/coremltools, mlmodel/src/MILBlob/Blob/StorageFormat.hpp: a
header of 64 bytes (u32 count, u32 version 2), then blobs, each behind 64 bytes of metadata: u32
0xDEADBEEF, u32 element type, u64 size in bytes, u64 offset of the data. A program points at the
metadata. All is little-endian, and the data begin at multiples of 64.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from photosearch.errors import PackageError
from photosearch.records import read_regular

_SENTINEL, _VERSION = 0xDEADBEEF, 2
_HEADER, _METADATA = struct.Struct("<II"), struct.Struct("<IIQQ")
_RECORD_BYTES = 64  # of the header and of each metadata; what the data are aligned to


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one constant, read-only."""

    offset: int  # of its metadata, in the file
    type: int  # BlobDataType: 1 float16, 2 float32, 3 uint8, 4 int8 and others
    start: int  # of its data, in the file
    data: memoryview


class BlobFile:
    """One weight file. It is read whole, not mapped: a mapped file that shrinks is a crash."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _data(self) -> memoryview:
        try:
            data = memoryview(read_regular(self.path))
        except OSError as error:
            raise PackageError(f"weights {self.path}: {error.strerror or error}") from error
        if len(data) < _RECORD_BYTES:
            raise PackageError(f"{self.path}: got {len(data)} bytes, expected a header of 64")
        _, version = _HEADER.unpack_from(data)
        if version != _VERSION:
            raise PackageError(f"{self.path}: got version {version}, expected {_VERSION}")
        return data

    def blob(self, offset: int) -> Blob:
        """The blob whose metadata lie there.

        Raises PackageError if there is none, or if the file ends before the blob does.
        """
        if not 0 <= offset <= len(self._data) - _RECORD_BYTES:
            raise PackageError(
                f"{self.path}: offset {offset} lies outside its {len(self._data)} bytes"
            )
        sentinel, kind, size, start = _METADATA.unpack_from(self._data, offset)
        if sentinel != _SENTINEL:
            raise PackageError(f"{self.path}: no blob at offset {offset}")
        if start + size > len(self._data):
            raise PackageError(
                f"{self.path}: blob at {offset} ends at {start + size}, "
                f"but the file has {len(self._data)} bytes"
            )
        return Blob(offset, kind, start, self._data[start : start + size])

    def blobs(self) -> Iterator[Blob]:
        """All of them, in the order of the file. Raises PackageError."""
        count, _ = _HEADER.unpack_from(self._data)
        offset = _RECORD_BYTES
        for _ in range(count):
            blob = self.blob(offset)
            if blob.start != offset + _RECORD_BYTES:  # else a count could lead round in a circle
                raise PackageError(f"{self.path}: blob at {offset} is not where its data are")
            yield blob
            offset = -(-(blob.start + len(blob.data)) // _RECORD_BYTES) * _RECORD_BYTES
