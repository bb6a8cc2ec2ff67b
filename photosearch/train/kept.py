"""Tensors that take minutes to compute, kept in files named by a hash of what they were made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from photosearch.atomic import replacing, storage_errors
from photosearch.train.checkpoint import Part, fingerprint

_KEY_DIGITS = 16


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
