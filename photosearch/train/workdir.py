"""A work folder belongs to one recipe: what it caches means nothing to another."""

from __future__ import annotations

from pathlib import Path

from photosearch.atomic import replacing
from photosearch.errors import UsageError
from photosearch.train.config import TrainConfig

RECORD = "recipe.txt"


def keep_recipe(work: Path, config: TrainConfig) -> None:
    """Notes the recipe in a fresh folder. Raises UsageError if the folder served another one."""
    record, recipe = work / RECORD, f"{config}\n"
    if not record.exists():
        with replacing(record) as stream:
            stream.write(recipe.encode())
    elif (found := record.read_text(encoding="utf-8")) != recipe:
        raise UsageError(
            f"{work} holds caches and checkpoints of another recipe: got {found.strip()}, "
            f"expected {recipe.strip()}; name a fresh folder"
        )
