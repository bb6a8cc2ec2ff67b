"""Reads the types and constants of a program: from its protobuf, and from `weight.bin`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from photosearch.blobs import BlobFile
from photosearch.coreml.mil.dtypes import Array, DType, dtype_of, unpack
from photosearch.errors import PackageError

# Elements of one tensor, constant or computed: 8 GB in fp32, beyond any model for a phone.
MAX_ELEMENTS = 1 << 31
_MODEL_PATH = "@model_path/"  # how a program names the folder that it lies in
_FIELDS = ("floats", "ints", "bools", "strings", "longs", "doubles", "bytes")


@dataclass(frozen=True, slots=True)
class TensorType:
    """An element type and a shape, for example fp16[1, 512]."""

    dtype: DType
    shape: tuple[int | None, ...]  # None where the program leaves a size open

    def __str__(self) -> str:
        sizes = ", ".join("?" if size is None else str(size) for size in self.shape)
        return f"{self.dtype.name}[{sizes}]"


@dataclass(frozen=True, slots=True)
class Constant:
    """An array: of the type's own dtype, of int8 or uint8 for 1 to 6 bits, of str objects."""

    dtype: DType
    value: Array


def tensor_type(message: Any) -> TensorType:
    """Raises PackageError for lists, states and other types that are no tensor."""
    if not message.HasField("tensor"):
        raise PackageError("got a type that is no tensor, expected a tensor")
    tensor = message.tensor
    sizes = [
        dimension.constant.size if dimension.HasField("constant") else None
        for dimension in tensor.dimensions
    ]
    if tensor.rank >= 0 and tensor.rank != len(sizes):
        raise PackageError(f"tensor rank: got {tensor.rank}, but {len(sizes)} sizes")
    if prod(size for size in sizes if size is not None) > MAX_ELEMENTS:
        raise PackageError(f"tensor of shape {sizes}: expected at most {MAX_ELEMENTS} elements")
    return TensorType(dtype_of(tensor.dtype), tuple(sizes))


class Values:
    """Decodes constants, also those that lie in weight files beside the program."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder  # of the program
        self._files: dict[str, BlobFile] = {}

    def decode(self, message: Any) -> Constant:
        """Raises PackageError if the value does not fit its type, or its weights are not there."""
        if message.HasField("immediate") and message.immediate.HasField("list"):
            return self._list(message.immediate.list.values)
        kind = tensor_type(message.type)
        if None in kind.shape:
            raise PackageError(f"a constant of type {kind}: expected a fixed shape")
        shape = tuple(size or 0 for size in kind.shape)
        flat = self._flat(message, kind.dtype, prod(shape))
        return Constant(kind.dtype, flat.reshape(shape))

    def _list(self, messages: Any) -> Constant:
        items = [self.decode(item) for item in messages]
        if any(item.value.size != 1 for item in items):
            raise PackageError("a list of arrays, expected a list of single values")
        dtype = items[0].dtype if items else dtype_of(2)
        return Constant(dtype, np.array([item.value.item() for item in items], dtype.numpy))

    def _flat(self, message: Any, dtype: DType, count: int) -> Array:
        if message.HasField("blob"):
            return _elements(self._file(message.blob.file), message.blob.offset, dtype, count)
        if not message.HasField("immediate"):
            raise PackageError(f"a constant of {count} values of {dtype.name} holds no value")
        return _immediate(message.immediate.tensor, dtype, count)

    def _file(self, name: str) -> BlobFile:
        if not name.startswith(_MODEL_PATH):
            raise PackageError(f"weight file {name!r}: expected it to begin with {_MODEL_PATH}")
        path = inside(self._folder, name.removeprefix(_MODEL_PATH))
        return self._files.setdefault(name, BlobFile(path))


def _immediate(tensor: Any, dtype: DType, count: int) -> Array:
    filled = next((name for name in _FIELDS if tensor.HasField(name)), None)
    if filled is None:
        raise PackageError(f"a constant of {count} values of {dtype.name} holds no tensor")
    values = getattr(tensor, filled).values
    if filled == "bytes":
        return unpack(values, dtype, count)
    if len(values) != count:
        raise PackageError(f"a constant: got {len(values)} values, expected {count}")
    if (filled == "strings") != (dtype.name == "string"):
        raise PackageError(f"a constant: got {filled}, expected {dtype.name}")
    try:
        return np.array(list(values), dtype.numpy)
    except OverflowError as error:
        raise PackageError(f"a constant of {dtype.name}: {error}") from error


def _elements(file: BlobFile, offset: int, dtype: DType, count: int) -> Array:
    """The elements of one blob, flat and read-only.

    Raises PackageError if the offset points at no blob of that type and size, or if the file
    ends before the blob does.
    """
    blob = file.blob(offset)
    if blob.type != dtype.blob:
        raise PackageError(
            f"{file.path}: blob at {offset} holds type {blob.type}, expected {dtype.name}"
        )
    return unpack(blob.data, dtype, count)


def inside(folder: Path, name: str) -> Path:
    """The file of that relative name. Raises PackageError if it could lie outside the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or not name.isprintable():
        raise PackageError(f"path {name!r} leaves the package")
    return folder / path


def check_elements(shape: Iterable[int]) -> None:
    """Raises PackageError if an array of this shape would be absurdly large."""
    sizes = list(shape)
    if prod(sizes) > MAX_ELEMENTS:
        raise PackageError(f"an array of shape {sizes}: expected at most {MAX_ELEMENTS} elements")
