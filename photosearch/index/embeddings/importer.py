"""Reads an embeddings file, checks all of it, and adds its photos to the catalog.

Shape legend: N photos, D embedding width.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.catalog_batch import insert_indexed
from photosearch.index.embeddings.file_format import FIELDS, FORMER, MISSING, Size, read_metadata
from photosearch.index.media_bits import MEDIA_BITS
from photosearch.index.paths import Source, text_or_bytes
from photosearch.index.rows import microseconds, read_contents
from photosearch.progress import Listener, Progress

_CHUNK = 4096  # photos
_INFO = ("width", "height", "taken_at", "utc_offset_min", "latitude", "longitude")
_EARLIEST, _LATEST = microseconds(datetime.min), microseconds(datetime.max)
_BATCH = 500  # photos a transaction
_NO_SIDECARS = 0  # as none are looked at


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """One photo of the file."""

    source: Source
    size_bytes: int
    mtime_ns: int
    content_hash: str  # SHA-256, hex
    info: tuple[Any, ...]  # values for rows.INFO_COLUMNS
    vector: bytes  # fp16, little-endian


class EmbeddingsFile:
    """The photos of a checked file, of vectors of `space`; the vectors stay on the disk.

    Raises UsageError, which says what is wrong with the file.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = _open(path)
            self.space = read_metadata(self._file.metadata() or {})
            self.count = _check_shapes(self._file, self.space.dim)
            self._vectors = self._file.get_slice("vectors")
            names = FIELDS.keys() - {"vectors"}
            self._arrays: dict[str, NDArray[Any]] = {
                name: self._file.get_tensor(name) for name in names
            }
            _check_texts(self._arrays)
            _check_numbers(self._arrays)
            self._check_vectors()
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from error

    def _check_vectors(self) -> None:
        for start in range(0, self.count, _CHUNK):
            stop = min(start + _CHUNK, self.count)
            if not np.isfinite(self._vectors[start:stop]).all():
                raise UsageError("vectors: got NaN or infinity, expected finite numbers")

    def photos(self, start: int, stop: int) -> list[StoredPhoto]:
        """The photos from row `start` up to row `stop`, or to the last one."""
        rows = range(start, min(stop, self.count))
        vectors = self._vectors[rows.start : rows.stop]  # [n, D]
        arrays = self._arrays
        return [
            StoredPhoto(
                source=text_or_bytes(_text(arrays, "source", row)),
                size_bytes=int(arrays["size"][row]),
                mtime_ns=int(arrays["mtime_ns"][row]),
                content_hash=arrays["content_hash"][row].tobytes().hex(),
                info=self._info(row),
                vector=vector.tobytes(),
            )
            for row, vector in zip(rows, vectors, strict=True)
        ]

    def _info(self, row: int) -> tuple[Any, ...]:
        values = (self._arrays[name][row].item() for name in _INFO)
        known = (None if value == MISSING or value != value else value for value in values)
        camera = _text(self._arrays, "camera", row).decode() or None
        marks = (int(self._arrays[name][row]) for name in ("favourite", "media"))
        return (*known, camera, *marks)


def _open(path: Path) -> Any:
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(path, framework="numpy")
    except OSError as error:
        raise UsageError(error.strerror or str(error)) from error
    except SafetensorError as error:
        raise UsageError(f"damaged, or no safetensors file: {error}") from error


def _check_shapes(file: Any, dim: int) -> int:
    """The number of photos, once every array is there with its type and shape."""
    got = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (no dict)
    if got.keys() != FIELDS.keys():
        raise UsageError(f"got the arrays {sorted(got)}, expected {sorted(FIELDS)}")
    shapes = {name: part.get_shape() for name, part in got.items()}
    length = {name: (shape or [0])[0] for name, shape in shapes.items()}
    size = Size(length["vectors"], dim, length["source"], length["camera"])
    for name, dtype in FIELDS.items():
        found, wanted = (got[name].get_dtype(), shapes[name]), (dtype, size.shape(name))
        if found not in (wanted, (FORMER.get(name, dtype), wanted[1])):
            raise UsageError(f"{name}: got {found[0]} {found[1]}, expected {dtype} {wanted[1]}")
    return size.count


def _check_texts(arrays: dict[str, NDArray[Any]]) -> None:
    for name, shortest in (("source", 1), ("camera", 0)):
        ends, total = arrays[f"{name}_end"], len(arrays[name])
        inside = bool(((ends >= 0) & (ends <= total)).all())
        rising = inside and bool((np.diff(ends, prepend=0) >= shortest).all())
        if not rising or (ends[-1] if len(ends) else 0) != total:
            raise UsageError(f"{name}_end: expected rising numbers up to {total}")
    if not arrays["source"].all():
        raise UsageError("source: got a name with a NUL byte, which no file can have")
    for row in range(len(arrays["camera_end"])):
        try:
            _text(arrays, "camera", row).decode()
        except UnicodeDecodeError as error:
            raise UsageError(f"camera of photo {row}: got {error}, expected UTF-8") from error


def _check_numbers(arrays: dict[str, NDArray[Any]]) -> None:
    for name in ("latitude", "longitude"):
        if np.isinf(arrays[name]).any():
            raise UsageError(f"{name}: got infinity, expected degrees, or NaN where unknown")
    for name, most in (("favourite", 1), ("media", sum(MEDIA_BITS.values()))):
        if (arrays[name] > most).any():
            raise UsageError(f"{name}: got {arrays[name].max()}, expected 0 to {most}")
    taken = arrays["taken_at"][arrays["taken_at"] != MISSING]
    if ((taken < _EARLIEST) | (taken > _LATEST)).any():
        raise UsageError("taken_at: got a time outside the years 1 to 9999")


def _text(arrays: dict[str, NDArray[Any]], name: str, row: int) -> bytes:
    ends = arrays[f"{name}_end"]
    return arrays[name][int(ends[row - 1]) if row else 0 : int(ends[row])].tobytes()


def import_photos(catalog: Catalog, file: EmbeddingsFile, *, space: int, listener: Listener) -> int:
    """Adds what is not known yet under the same name with the same content; returns how many.

    Other content takes the place of what was known under the name. Call under the writer lock.
    """
    added = 0
    for start in range(0, file.count, _BATCH):
        photos = file.photos(start, start + _BATCH)
        with catalog.writing():
            added += _import_batch(catalog, photos, space)
        listener(Progress(start + len(photos), file.count, "importing"))
    return added


def _import_batch(catalog: Catalog, photos: list[StoredPhoto], space: int) -> int:
    known = read_contents(catalog, [photo.source for photo in photos])
    new = [photo for photo in photos if known.get(photo.source) != ("indexed", photo.content_hash)]
    if not new:
        return 0
    catalog.next_generation()
    db = catalog.db
    for photo in new:
        catalog.delete_photos("source = ?", [photo.source])
        row = (photo.content_hash, space, photo.vector)
        db.execute("INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)", row)
        stamp = (photo.size_bytes, photo.mtime_ns, _NO_SIDECARS)
        insert_indexed(db, photo.source, stamp, photo.content_hash, photo.info)
    catalog.forget({content for _, content in known.values() if content is not None})
    return len(new)
