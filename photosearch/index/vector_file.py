"""`vectors.faiss`: builds, writes and reads the vectors of the searchable photos.

The file is what faiss writes for `IDMap2,<kind>`, followed by 48 bytes, little-endian, that
faiss ignores and that tell a damaged or stale file without a second one:

| bytes | what |
|-|-|
| 8 | magic `PSFOOTER` |
| u32 | footer version, 1 |
| u32 | CRC-32 of the faiss part |
| u64 | length of the faiss part in bytes |
| u64 | generation of the catalog that it holds |
| u64 | number of vectors |
| 8 | zero |

It depends on nothing but the catalog's ids and vectors: they are added in the order of ids, and
the ranges of SQ8 are the least and greatest value of every dimension, so that nothing is clipped
and an interrupted history leaves no trace.

It need not be of the catalog's present generation: from `compacted` on, the catalog knows what
has come and gone since, see searchable_vectors.py. A writer renews the file when it is done.

Shape legend: N photos, D embedding width.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from photosearch.atomic import replacing, storage_errors
from photosearch.encoder import Floats
from photosearch.errors import IndexDamaged, ShapeError
from photosearch.index.catalog import Catalog
from photosearch.index.nearest import (
    Ids,
    StoredCodes,
    faiss_module,
    find_nearest,
    scan_parts,
    stored_codes,
)
from photosearch.index.rows import decode_vectors

Kind: TypeAlias = Literal["SQ8", "SQfp16", "Flat"]
KINDS: tuple[str, ...] = get_args(Kind)

FILE_NAME = "vectors.faiss"
_FOOTER = struct.Struct("<8sIIQQQ8x")
_MAGIC, _FOOTER_VERSION = b"PSFOOTER", 1
_CHUNK_BYTES = 1 << 20
_CHUNK_ROWS = 2048
_IN_ORDER = """
SELECT p.id, e.vector FROM photos p CROSS JOIN embeddings e ON e.content_hash = p.content_hash
WHERE p.status = 'indexed' ORDER BY p.id"""
ADDED = """
SELECT p.id, e.vector FROM photos p INDEXED BY photos_by_since
CROSS JOIN embeddings e ON e.content_hash = p.content_hash
WHERE p.status = 'indexed' AND p.since > ? ORDER BY p.id"""  # for read_chunks


@dataclass(frozen=True)
class Vectors:
    """The vectors of one generation of the catalog."""

    index: Any  # faiss.IndexIDMap2
    generation: int

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self.index.ntotal)

    @property
    def dim(self) -> int:
        """D, the embedding width."""
        return int(self.index.d)

    @cached_property
    def _codes(self) -> StoredCodes:
        return stored_codes(self.index.index)

    def nearest(
        self,
        vector: Floats,
        k: int,
        allowed: Ids | None = None,
        *,
        present: NDArray[np.bool_] | None = None,
    ) -> tuple[list[int], list[float]]:
        """Ids and inner products, k at most, for a vector [D]: best first, then lowest id first,
        by the exact scores of nearest.py.

        `allowed` restricts the scan itself to these ids; without it, `present` [N] does to the
        positions that are true. Raises ShapeError for a wrong vector.
        """
        if vector.shape != (self.index.d,):
            raise ShapeError(f"vector: got shape {vector.shape}, expected ({self.index.d},)")
        query = np.ascontiguousarray(vector, np.float32)
        return find_nearest(
            self.index, self._codes, query, k, scan_parts(self.index, allowed, present)
        )


def build_vectors(catalog: Catalog, *, kind: str, dim: int) -> Vectors:
    """Builds the vectors from the catalog, a chunk of rows at a time, in one transaction."""
    index = empty_index(kind, dim)
    extremes = _extremes(catalog, dim)  # [2, D]
    if not index.is_trained:
        index.train(extremes)  # two points span exactly the ranges of all
    for ids, vectors in read_chunks(catalog, dim, _IN_ORDER):
        index.add_with_ids(vectors, ids)
    return Vectors(index, catalog.generation)


def empty_index(kind: str, dim: int) -> Any:
    """A faiss.IndexIDMap2 without vectors; SQ8 is not trained yet."""
    faiss = faiss_module()
    return faiss.index_factory(dim, f"IDMap2,{kind}", faiss.METRIC_INNER_PRODUCT)


def _extremes(catalog: Catalog, dim: int) -> Floats:
    """The least and the greatest value of every dimension: float32 [2, D]."""
    low, high = np.full(dim, np.inf, np.float32), np.full(dim, -np.inf, np.float32)
    for _, vectors in read_chunks(catalog, dim, "SELECT rowid, vector FROM embeddings"):
        np.minimum(low, vectors.min(axis=0), out=low)
        np.maximum(high, vectors.max(axis=0), out=high)
    return np.nan_to_num(np.stack([low, high]), posinf=0.0, neginf=0.0)  # no photos: all zero


def read_chunks(
    catalog: Catalog, dim: int, query: str, values: tuple[int, ...] = ()
) -> Iterator[tuple[Ids, Floats]]:
    """Ids [n] and vectors [n, D], a few MB at a time."""
    with catalog.errors():
        cursor = catalog.db.execute(query, values)
        while rows := cursor.fetchmany(_CHUNK_ROWS):
            ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
            yield ids, decode_vectors([row[1] for row in rows], dim)


def save_vectors(vectors: Vectors, path: Path) -> None:
    """Replaces the file in one step. Raises StorageError and leaves the old one if it cannot."""
    faiss = faiss_module()
    with storage_errors(path), replacing(path) as stream:
        target = _Summed(stream.write)
        faiss.write_index(vectors.index, faiss.PyCallbackIOWriter(target, _CHUNK_BYTES))
        if target.error is not None:
            raise target.error
        footer = (target.crc, target.size, vectors.generation, vectors.count)
        stream.write(_FOOTER.pack(_MAGIC, _FOOTER_VERSION, *footer))


class _Summed:
    """Passes bytes on and computes their CRC. Keeps an error, whose cause faiss would lose."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.crc, self.size = 0, 0
        self.error: OSError | None = None

    def __call__(self, data: bytes) -> None:
        if self.error is None:
            try:
                self._write(data)
            except OSError as error:
                self.error = error
        self.crc, self.size = zlib.crc32(data, self.crc), self.size + len(data)


def load_vectors(path: Path, *, generations: range, dim: int) -> Vectors | None:
    """The file's vectors, or None if they are of another generation than those asked for.

    Raises IndexDamaged, with the reason, if it is missing or not what was written.
    """
    try:
        with path.open("rb") as stream:
            generation = _verified_generation(stream, path)
            if generation not in generations:
                return None
            return Vectors(_read(stream, path, dim), generation)
    except FileNotFoundError:
        raise IndexDamaged(f"{path} is missing") from None
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read: {error.strerror or error}") from error


def read_generation(path: Path) -> int | None:
    """The generation in the footer, whatever is before it; None without a footer."""
    with suppress(OSError, IndexDamaged), path.open("rb") as stream:
        return _footer(stream, path)[2]
    return None


def _footer(stream: BinaryIO, path: Path) -> tuple[int, int, int]:
    """Length and CRC-32 of the faiss part, and its generation."""
    size = os.fstat(stream.fileno()).st_size - _FOOTER.size
    if size < 0:
        raise IndexDamaged(f"{path}: got {size + _FOOTER.size} bytes, expected a footer")
    stream.seek(size)
    magic, version, crc, expected, generation, _ = _FOOTER.unpack(stream.read(_FOOTER.size))
    if (magic, version, expected) != (_MAGIC, _FOOTER_VERSION, size):
        raise IndexDamaged(f"{path}: the footer is damaged, or the file is not complete")
    return size, crc, generation


def _verified_generation(stream: BinaryIO, path: Path) -> int:
    """Checks the CRC and returns the generation in the footer."""
    size, crc, generation = _footer(stream, path)
    stream.seek(0)
    got = 0
    while size > 0 and (chunk := stream.read(min(size, _CHUNK_BYTES))):
        got, size = zlib.crc32(chunk, got), size - len(chunk)
    if got != crc:
        raise IndexDamaged(f"{path}: got CRC-32 {got:08x}, expected {crc:08x}")
    stream.seek(0)
    return generation


def _read(stream: BinaryIO, path: Path, dim: int) -> Any:
    faiss = faiss_module()
    try:
        index = faiss.read_index(faiss.PyCallbackIOReader(stream.read, _CHUNK_BYTES))
    except RuntimeError as error:
        raise IndexDamaged(f"{path}: {error}") from error
    if index.d != dim:
        raise IndexDamaged(f"{path}: got width {index.d}, expected {dim}")
    return index
