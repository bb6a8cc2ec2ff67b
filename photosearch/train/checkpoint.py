"""Checkpoints of training, and fingerprints of what they and caches were made of."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError

_OF = "of"

Part = str | bytes | Path


def save_checkpoint(path: Path, state: dict[str, Any], *, of: str) -> None:
    """Written whole or not at all: a killed run goes on. `of`: which recipe and data, as a hash.

    Raises StorageError; the checkpoint before then stays.
    """
    made = io.BytesIO()  # of a disk that is full, torch tells nothing but where it stood
    torch.save({**state, _OF: of}, made)
    with storage_errors(path), replacing(path) as stream:
        stream.write(made.getbuffer())


def load_checkpoint(path: Path, *, of: str) -> dict[str, Any] | None:
    """The saved state, or None if there is none yet. Loads tensors and plain values only.

    Raises UsageError if it belongs to another recipe or other data, or is damaged.
    """
    if not path.exists():
        return None
    state = _read(path)
    found = state.pop(_OF, None)
    if found != of:
        raise UsageError(
            f"{path} is a checkpoint of another recipe, version or data: got {found}, "
            f"expected {of}; name a fresh folder"
        )
    return state


def _read(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except Exception as error:  # of many kinds: of zip, of pickle, and of torch itself
        raise UsageError(
            f"{path} is no checkpoint that can be read ({type(error).__name__}); remove it to "
            "begin anew"
        ) from error
    return state


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


def tensor_parts(tensors: Mapping[str, Tensor]) -> Sequence[Part]:
    """Names and values."""
    parts: list[Part] = []
    for name, value in sorted(tensors.items()):
        parts += [name, value.detach().contiguous().float().numpy().tobytes()]
    return parts
