"""Writes an embeddings file, array by array, a few MB of rows in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import IndexDamaged, UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.embeddings.file_format import (
    FIELDS,
    HASH_BYTES,
    MISSING,
    NUMPY,
    Size,
    header,
)
from photosearch.index.rows import Space, read_space
from photosearch.progress import Listener, Progress

_CHUNK_ROWS = 2048
_SIZES = """
SELECT count(*), count(*) FILTER (WHERE length(e.vector) = ?),
    coalesce(sum(length(CAST(p.source AS BLOB))), 0),
    coalesce(sum(length(CAST(p.camera AS BLOB))), 0)
FROM photos p LEFT JOIN embeddings e ON e.content_hash = p.content_hash
WHERE p.status = 'indexed'"""
_COLUMNS = {
    "source_end": "length(CAST(p.source AS BLOB))",
    "camera_end": "coalesce(length(CAST(p.camera AS BLOB)), 0)",
    "source": "CAST(p.source AS BLOB)",
    "camera": "CAST(p.camera AS BLOB)",
    "vectors": "e.vector",
}


def export_embeddings(catalog: Catalog, path: Path, *, listener: Listener) -> int:
    """All indexed photos, as they are at one moment; returns how many.

    Raises UsageError if there are none, IndexDamaged if an embedding is missing, or StorageError.
    """
    with catalog.reading():
        space = read_space(catalog)
        if space is None:
            raise UsageError(f"{catalog.path.parent}: got no indexed photos, expected some")
        size = _size(catalog, space)
        with storage_errors(path), replacing(path) as stream:
            stream.write(header(space, size))
            for position, name in enumerate(FIELDS):
                rows = 0
                for count, data in _chunks(catalog, name):
                    stream.write(data)
                    rows += count
                    done = (position * size.count + rows) // len(FIELDS)
                    listener(Progress(done, size.count, "exporting"))
    return size.count


def _size(catalog: Catalog, space: Space) -> Size:
    photos, embedded, source, camera = catalog.db.execute(_SIZES, (2 * space.dim,)).fetchone()
    if photos != embedded:
        raise IndexDamaged(
            f"{catalog.path}: {photos - embedded} photos have no usable embedding; "
            "run 'photosearch verify-index --repair'"
        )
    return Size(photos, space.dim, source, camera)


def _chunks(catalog: Catalog, name: str) -> Iterator[tuple[int, bytes]]:
    """One array in parts: how many photos, and their bytes."""
    join = " CROSS JOIN embeddings e ON e.content_hash = p.content_hash"
    column = _COLUMNS.get(name, f"p.{name}")
    table = f"photos p{join if name == 'vectors' else ''}"
    cursor = catalog.db.execute(
        f"SELECT {column} FROM {table} WHERE p.status = 'indexed' ORDER BY p.id"
    )
    total = 0
    while rows := cursor.fetchmany(_CHUNK_ROWS):
        values = [row[0] for row in rows]
        if name.endswith("_end"):
            values = list(accumulate(values, initial=total))[1:]
            total = values[-1]
        yield len(values), _encode(name, values)


def _encode(name: str, values: list[Any]) -> bytes:
    if name == "content_hash":
        values = [_hash(value) for value in values]
    if name in ("vectors", "content_hash", "source", "camera"):
        return b"".join(value or b"" for value in values)
    if FIELDS[name] == "F64":
        known = [np.nan if value is None else value for value in values]
        return np.array(known, NUMPY["F64"]).tobytes()
    known = [MISSING if value is None else value for value in values]
    return np.array(known, NUMPY["I64"]).astype(NUMPY[FIELDS[name]]).tobytes()


def _hash(written: str) -> bytes:
    try:
        found = bytes.fromhex(written)
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES:
        raise IndexDamaged(f"a content hash: got {written!r}, expected {2 * HASH_BYTES} hex digits")
    return found
