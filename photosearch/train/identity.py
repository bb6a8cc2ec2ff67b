"""What a cache or a checkpoint was made of, as one hash: another order of photos is another one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from torch import Tensor

Part = str | bytes | Path


def identity(parts: Iterable[Part]) -> str:
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


def tensor_parts(tensors: Mapping[str, Tensor]) -> Sequence[Part]:
    """Names and values."""
    parts: list[Part] = []
    for name, value in sorted(tensors.items()):
        parts += [name, value.detach().contiguous().float().numpy().tobytes()]
    return parts
