"""The container of a bundle's weights: named arrays in safetensors, or in an image package.

A weight of the image tower may lie byte for byte in `weight.bin` of the bundle's image package. It
is then not stored again: the metadata key `elsewhere` of `weights.safetensors` says where it is, as

    {"file": "image.mlpackage/Data/…/weight.bin", "image": {NAME: [OFFSET, SIDE, …]}}

with its name after `image.`, the offset of its blob (`photosearch.blobs`) and its shape; the blob
itself says of what type it is. Put together, the arrays are the file as it was before it was split,
and `whole_entry` is the hash of that: from it the space id follows, so a bundle's space is the same
split or whole. Text weights are never elsewhere, since Swift reads them from here.

The layout is fixed, so that the same arrays give the same bytes: the longer types first, then by
name. `photosearch.weights` says what the arrays mean.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.atomic import replacing
from photosearch.blobs import Blob, BlobFile
from photosearch.errors import BundleError, ShapeError
from photosearch.manifest import FileEntry
from photosearch.records import decode_json, read_record

Stored: TypeAlias = dict[str, NDArray[Any]]

SHARED = "image."  # how the names begin of what may lie in a package
_CONFIG, _ELSEWHERE, _METADATA = "config", "elsewhere", "__metadata__"
_MOST_ARRAYS, _MOST_SIDES, _MOST = 10_000, 8, 1 << 40  # of a table that is believed
_LENGTH_BYTES = 8  # before the header: its length; the header is filled up to a multiple
# In the order in which they are stored.
_NAMES: dict[np.dtype[Any], str] = {
    np.dtype("<f4"): "F32",
    np.dtype("<f2"): "F16",
    np.dtype("i1"): "I8",
    np.dtype("u1"): "U8",
}
_ORDER = list(_NAMES)
BLOB_TYPES = dict(zip((2, 1, 4, 3), _ORDER, strict=True))  # BlobDataType -> dtype


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Which arrays lie in another file of the bundle."""

    file: str  # its path inside the bundle
    image: dict[str, tuple[int, ...]]  # name after `image.` -> the offset of its blob, its shape


def write_stored(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    config: Mapping[str, Any],
    elsewhere: Elsewhere | None = None,
) -> None:
    """Writes a weight file whole or not at all; the same arrays give the same bytes.

    `arrays` are what lies in the file itself. Raises ShapeError for a type that no weight has.
    """
    with replacing(path) as stream:
        for part in _parts(arrays, config, elsewhere):
            stream.write(part)


def whole_entry(path: Path) -> FileEntry:
    """The hash and size of a weight file with everything in it that lies elsewhere.

    Raises BundleError if it is missing or damaged, or an array is not where it is said to be.
    """
    digest, size_bytes = hashlib.sha256(), 0
    arrays, config = _mapped(path), read_config(path)
    for part in _parts(arrays | _read_elsewhere(path, arrays), config):
        digest.update(part)
        size_bytes += len(part)
    return FileEntry(digest.hexdigest(), size_bytes)


def read_config(path: Path) -> dict[str, Any]:
    """What `write_stored` was given as config. Raises BundleError if it is absent."""
    metadata = _metadata(path)
    try:
        config = json.loads(metadata[_CONFIG])
    except (KeyError, ValueError, RecursionError) as error:
        raise BundleError(f"{path}: no readable {_CONFIG!r} in the header's metadata") from error
    if not isinstance(config, dict):
        raise BundleError(f"{path}: config: got {type(config).__name__}, expected an object")
    return config


def read_elsewhere(path: Path) -> Elsewhere | None:
    """Where the arrays are that are not in the file; None if all are. Raises BundleError."""
    text = _metadata(path).get(_ELSEWHERE)
    if text is None:
        return None
    where = f"{path}: {_ELSEWHERE}"
    found = read_record(Elsewhere, decode_json(text.encode(), where), where)
    file = PurePosixPath(found.file)
    if file.is_absolute() or ".." in file.parts or not found.file.isprintable():
        got = repr(found.file)[:80]
        raise BundleError(f"{where}.file: got {got}, expected a name inside the bundle")
    if len(found.image) > _MOST_ARRAYS:
        many = len(found.image)
        raise BundleError(f"{where}: got {many} arrays, expected at most {_MOST_ARRAYS}")
    for name, place in found.image.items():
        if not _is_place(place) or not name.isprintable():
            got = f"{name[:80]!r}: got {str(list(place))[:80]}"
            raise BundleError(f"{where}: {got}, expected an offset and a shape")
    return found


def _is_place(place: Sequence[int]) -> bool:
    return 1 <= len(place) <= 1 + _MOST_SIDES and min(place) >= 0 and max(place) < _MOST


def read_stored(path: Path, prefix: str = "") -> Stored:
    """The arrays whose names start with `prefix`, by their whole names, wherever they lie.

    Raises BundleError if a file is missing or damaged, or an array is not where it is said to be.
    """
    with _open(path) as file:
        names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
        arrays = {name: _array(path, file, name) for name in names}
    if SHARED.startswith(prefix) or prefix.startswith(SHARED):
        arrays |= {
            name: array
            for name, array in _read_elsewhere(path, arrays).items()
            if name.startswith(prefix)
        }
    return arrays


def _mapped(path: Path) -> Stored:
    """The arrays in the file itself, mapped: they are for the moment, as the file may be cut."""
    with _open(path), path.open("rb") as stream:  # safetensors checks every offset
        data = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    start = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "little")
    header = json.loads(bytes(data[_LENGTH_BYTES:start]))
    dtypes: dict[str, np.dtype[Any]] = {told: dtype for dtype, told in _NAMES.items()}
    arrays: Stored = {}
    for name, entry in header.items():
        if name == _METADATA:
            continue
        if entry["dtype"] not in dtypes:
            got, known = entry["dtype"], ", ".join(dtypes)
            raise BundleError(f"{path}: {name}: got {got}, expected one of {known}")
        first, last = (start + offset for offset in entry["data_offsets"])
        flat = np.frombuffer(data[first:last], dtypes[entry["dtype"]])
        arrays[name] = _shaped(path, name, flat, entry["shape"])
    return arrays


def _read_elsewhere(path: Path, inside: Collection[str]) -> Stored:
    """All that is not in the file, each array from a blob of its own; {} if nothing is."""
    elsewhere = read_elsewhere(path)
    if elsewhere is None:
        return {}
    places = {f"{SHARED}{name}": place for name, place in elsewhere.image.items()}
    if twice := sorted(places.keys() & inside):
        raise BundleError(f"{path}: {twice[0]}: stored twice, expected once")
    file = BlobFile(path.parent / elsewhere.file)
    blobs = {name: file.blob(place[0]) for name, place in places.items()}
    end = 0
    for name, blob in sorted(blobs.items(), key=lambda pair: pair[1].start):
        if blob.start < end:
            raise BundleError(f"{path}: {name}: its bytes in {elsewhere.file} are another's too")
        end = blob.start + len(blob.data)
    return {name: _view(path, name, blob, places[name][1:]) for name, blob in blobs.items()}


def _view(path: Path, name: str, blob: Blob, shape: tuple[int, ...]) -> NDArray[Any]:
    dtype = BLOB_TYPES.get(blob.type)
    if dtype is None:
        raise BundleError(f"{path}: {name}: got blob type {blob.type}, expected {[*BLOB_TYPES]}")
    expected = prod(shape) * dtype.itemsize
    if expected != len(blob.data):
        raise BundleError(
            f"{path}: {name}: {dtype} {list(shape)} takes {expected} bytes, "
            f"its blob at {blob.offset} has {len(blob.data)}"
        )
    return _shaped(path, name, np.frombuffer(blob.data, dtype), shape)


def _shaped(path: Path, name: str, flat: NDArray[Any], shape: Sequence[int]) -> NDArray[Any]:
    try:
        return flat.reshape(shape)
    except (ValueError, OverflowError) as error:  # of sides that numpy has not, beside one of 0
        raise BundleError(f"{path}: {name}: {error}") from error


def _parts(
    arrays: Mapping[str, NDArray[Any]],
    config: Mapping[str, Any],
    elsewhere: Elsewhere | None = None,
) -> Iterator[bytes | memoryview]:
    """A file from its beginning to its end: the header's length, the header, each array."""
    for name, array in arrays.items():
        if array.dtype not in _NAMES:
            known = ", ".join(map(str, _ORDER))
            raise ShapeError(f"{name}: got {array.dtype}, expected one of {known}")
    names = sorted(arrays, key=lambda name: (_ORDER.index(arrays[name].dtype), name))
    header = _header([(name, arrays[name]) for name in names], config, elsewhere)
    yield len(header).to_bytes(_LENGTH_BYTES, "little")
    yield header
    for name in names:
        yield np.ascontiguousarray(arrays[name]).reshape(-1).view(np.uint8).data


def _header(
    arrays: list[tuple[str, NDArray[Any]]],
    config: Mapping[str, Any],
    elsewhere: Elsewhere | None,
) -> bytes:
    """As https://github.com/huggingface/safetensors describes it, without a space too many."""
    metadata = {_CONFIG: json.dumps(dict(config), sort_keys=True)}
    if elsewhere:
        metadata[_ELSEWHERE] = json.dumps(asdict(elsewhere), separators=(",", ":"))
    header: dict[str, Any] = {_METADATA: metadata}
    end = 0
    for name, array in arrays:
        start, end = end, end + array.nbytes
        of = {"dtype": _NAMES[array.dtype], "shape": array.shape, "data_offsets": [start, end]}
        header[name] = of
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return text + b" " * (-len(text) % _LENGTH_BYTES)


def _metadata(path: Path) -> dict[str, str]:
    with _open(path) as file:
        return file.metadata() or {}


def _array(path: Path, file: Any, name: str) -> NDArray[Any]:
    try:
        array: NDArray[Any] = file.get_tensor(name)
    except (TypeError, ValueError, KeyError, AttributeError) as error:  # what numpy has not
        raise BundleError(f"{path}: {name}: {error}") from error
    return array


def _open(path: Path) -> Any:
    """A safetensors file, mapped. Raises BundleError if it is missing, damaged or no file."""
    from safetensors import SafetensorError, safe_open

    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never open
            raise BundleError(f"{path} is not a regular file")
        return safe_open(path, framework="numpy")
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error
    except SafetensorError as error:
        raise BundleError(f"{path} is damaged: {error}") from error
