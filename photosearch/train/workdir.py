"""The folder of a training run: it serves one recipe, and holds its checkpoints and losses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import replacing
from photosearch.errors import UsageError
from photosearch.train.config import TrainConfig

RECIPE, LOSSES = "recipe.txt", "losses.jsonl"


@dataclass(frozen=True)
class Workdir:
    """A folder whose caches and checkpoints belong to one recipe."""

    path: Path

    @classmethod
    def claim(cls, path: Path, config: TrainConfig) -> Workdir:
        """Notes the recipe in a fresh folder. Raises UsageError if it served another one."""
        record, recipe = path / RECIPE, f"{config}\n"
        if not record.exists():
            with replacing(record) as stream:
                stream.write(recipe.encode())
        elif (found := record.read_text(encoding="utf-8")) != recipe:
            raise UsageError(
                f"{path} holds caches and checkpoints of another recipe: got {found.strip()}, "
                f"expected {recipe.strip()}; name a fresh folder"
            )
        return cls(path)

    def checkpoint(self, generation: int) -> Path:
        """The file of a generation's checkpoint; generations count from 1."""
        return self.path / f"generation-{generation}.pt"

    def note_losses(self, epoch: int, losses: Mapping[str, float]) -> None:
        """Appends the mean losses of an epoch to `losses.jsonl`."""
        with (self.path / LOSSES).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"epoch": epoch, **losses}) + "\n")
