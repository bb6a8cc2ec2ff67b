"""The tensors of a checkpoint on disk, as they are named there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from photosearch.errors import ModelError

# The first pattern that finds files: one, or the shards of one.
TRANSFORMERS = ("model*.safetensors", "pytorch_model*.bin")
APPLE = ("*.safetensors", "*.pt")


def read_tensors(directory: Path, patterns: Sequence[str]) -> dict[str, Tensor]:
    """Every tensor, in float32 where it was a shorter float.

    Pickled files are read without running code. Raises ModelError if there are none, or one
    cannot be read.
    """
    for pattern in patterns:
        files = sorted(directory.glob(pattern))
        if files:
            return {name: x for file in files for name, x in _read(file).items()}
    raise ModelError(f"{directory}: no weights: expected {' or '.join(patterns)}")


def _read(path: Path) -> dict[str, Tensor]:
    raw: Any
    try:
        if path.suffix == ".safetensors":
            raw = load_file(path)
        else:
            raw = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).strip().splitlines()[:1]
        raise ModelError(f"{path} cannot be read: {' '.join(reason)}") from error
    raw = raw.get("state_dict", raw) if isinstance(raw, dict) else raw
    if not isinstance(raw, dict) or not all(isinstance(x, Tensor) for x in raw.values()):
        raise ModelError(f"{path}: got {type(raw).__name__}, expected tensors by name")
    return {name: x.float() if x.is_floating_point() else x for name, x in raw.items()}


def part(tensors: dict[str, Tensor], *prefixes: str) -> dict[str, Tensor]:
    """Those whose names start so; names stay whole."""
    return {name: x for name, x in tensors.items() if name.startswith(prefixes)}
