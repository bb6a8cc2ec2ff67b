"""Stores a weight once: what the image package holds byte for byte is not stored again.

The built-in model's packages are made of its int8 weights, so nearly all of the image tower is
found in its package. What is written otherwise there, as the scale of a row of zeros is, stays in
`weights.safetensors`. `photosearch.weight_file` reads both.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

from photosearch.blobs import BlobFile
from photosearch.manifest import FileEntry, file_entry
from photosearch.weight_file import (
    BLOB_TYPES,
    SHARED,
    Elsewhere,
    Stored,
    read_config,
    read_elsewhere,
    read_stored,
    whole_entry,
    write_stored,
)


def share_weights(weights: Path, to: Path, file: str) -> FileEntry | None:
    """Writes weights to a file `to` of a bundle, without what lies in its `file`, a `weight.bin`.

    `weights` may be split itself, and are put together first. Returns the hash and size of the
    whole; None if the file holds all, because nothing was found or the weights were laid out by
    another writer, whose bytes could not be put together again. Raises BundleError if a file is
    damaged.
    """
    arrays, whole = read_stored(weights), whole_entry(weights)
    ours = read_elsewhere(weights) is not None or whole == file_entry(weights)
    places = _find(arrays, BlobFile(to.parent / file)) if ours else {}
    if places:
        shared = {f"{SHARED}{name}" for name in places}
        kept = {name: array for name, array in arrays.items() if name not in shared}
        write_stored(to, kept, read_config(weights), Elsewhere(file, places))
        return whole
    if read_elsewhere(weights) is None:
        shutil.copyfile(weights, to)
    else:
        write_stored(to, arrays, read_config(weights))
    return None


def _find(arrays: Stored, file: BlobFile) -> dict[str, tuple[int, ...]]:
    """For each array of the image tower that has a blob its offset and shape; each blob once."""
    if not file.path.is_file():
        return {}
    blobs = defaultdict(list)
    for blob in file.blobs():
        blobs[BLOB_TYPES.get(blob.type), bytes(blob.data)].append(blob.offset)
    found = {}
    for name in sorted(name for name in arrays if name.startswith(SHARED)):
        array = arrays[name]
        if array.size and (same := blobs.get((array.dtype, array.tobytes()))):
            found[name.removeprefix(SHARED)] = (same.pop(0), *array.shape)
    return found
