"""Training state on disk: written whole or not at all, so that a killed run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from photosearch.atomic import replacing


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """The checkpoint before stays until this one is complete."""
    with replacing(path) as stream:
        torch.save(state, stream)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The saved state, or None if there is none yet. Loads tensors and plain values only."""
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state
