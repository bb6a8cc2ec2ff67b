"""Training state on disk: written whole or not at all, so that a killed run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from photosearch.atomic import replacing
from photosearch.errors import UsageError

_OF = "of"


def save_checkpoint(path: Path, state: dict[str, Any], *, of: str) -> None:
    """The checkpoint before stays until this one is complete. `of`: which recipe and data."""
    with replacing(path) as stream:
        torch.save({**state, _OF: of}, stream)


def load_checkpoint(path: Path, *, of: str) -> dict[str, Any] | None:
    """The saved state, or None if there is none yet. Loads tensors and plain values only.

    Raises UsageError if it belongs to another recipe or other data.
    """
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True)
    found = state.pop(_OF, None)
    if found != of:
        raise UsageError(
            f"{path} is a checkpoint of another recipe or other data: got {found}, expected {of}; "
            "name a fresh folder"
        )
    return state
