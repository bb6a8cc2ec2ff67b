"""The folder of a training run: it serves one recipe, and holds its checkpoint and losses."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from photosearch.atomic import replacing, storage_errors
from photosearch.contract import RUN_RECIPE
from photosearch.errors import UsageError
from photosearch.train.config import TrainConfig

LOSSES = "losses.jsonl"
_OF = "of"


@dataclass(frozen=True)
class Workdir:
    """A folder whose caches and checkpoints belong to one recipe."""

    path: Path

    @classmethod
    def claim(cls, path: Path, config: TrainConfig) -> Workdir:
        """Notes the recipe in a fresh folder. Raises UsageError if it served another one."""
        path.mkdir(parents=True, exist_ok=True)
        record, recipe = path / RUN_RECIPE, f"{config}\n"
        if not record.exists():
            with storage_errors(record), replacing(record) as stream:
                stream.write(recipe.encode())
        elif (found := record.read_text(encoding="utf-8")) != recipe:
            raise UsageError(
                f"{path} holds caches and checkpoints of another recipe: got {found.strip()}, "
                f"expected {recipe.strip()}; name a fresh folder"
            )
        return cls(path)

    @property
    def checkpoint(self) -> Path:
        """The file of the last checkpoint."""
        return self.path / "checkpoint.pt"

    def keep_losses(self, steps: int) -> None:
        """Leaves the losses of so many steps: those behind a checkpoint come again.

        Raises StorageError.
        """
        path = self.path / LOSSES
        if path.exists():
            lines = path.read_bytes().splitlines(keepends=True)
            with storage_errors(path), replacing(path) as stream:
                stream.writelines(lines[:steps])

    def note_losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Appends the losses of a step to `losses.jsonl`. Raises StorageError."""
        path = self.path / LOSSES
        with storage_errors(path), path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"step": step, **losses}) + "\n")


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
