"""Hashes of what things were made of, and tensors kept in files that are named by them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from photosearch.atomic import replacing, storage_errors

_KEY_DIGITS = 16

Part = str | bytes | Path


def kept(
    folder: Path,
    kind: str,
    parts: Iterable[Part],
    rows: Mapping[str, int],
    make: Callable[[], Mapping[str, Tensor]],
) -> dict[str, Tensor]:
    """What `make` gives, or gave when it was last called with these `parts`.

    `rows` says how many each tensor, by name, has; a file that is damaged or has others is made
    anew. Raises StorageError.
    """
    path = folder / f"{kind}-{fingerprint(parts)[:_KEY_DIGITS]}.safetensors"
    found = _load(path, rows)
    if found is None:
        found = {name: each.cpu().contiguous() for name, each in make().items()}
        with storage_errors(path), replacing(path) as stream:
            stream.write(save(found))
    return found


def _load(path: Path, rows: Mapping[str, int]) -> dict[str, Tensor] | None:
    try:
        found = load(path.read_bytes())
    except (OSError, SafetensorError):
        return None
    shapes = {name: tuple(each.shape[:-1]) for name, each in found.items()}
    return found if shapes == {name: (count,) for name, count in rows.items()} else None


def fingerprint(parts: Iterable[Part]) -> str:
    """SHA-256, hex, of texts, bytes and the contents of files, in their order.

    Every part is hashed by itself first, so that no two lists of parts run into one text. A file is
    read once: about a second for each 2 GB, and as long as the disk takes.
    """
    given = list(parts)
    with ThreadPoolExecutor(2) as threads:
        return hashlib.sha256(b"".join(threads.map(_digest, given))).hexdigest()


def _digest(part: Part) -> bytes:
    if isinstance(part, Path):
        with part.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    return hashlib.sha256(part.encode() if isinstance(part, str) else part).digest()
