"""`export.json`: what packages take and give, and how they were made."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from photosearch.coreml.compress.mixed_precision import Recipe
from photosearch.coreml.convert import OUTPUT
from photosearch.coreml.families.source import Source
from photosearch.coreml.layout.text import POOLING_INPUT


def write_record(
    path: Path, source: Source, made: Mapping[str, Any], recipe: Recipe | None
) -> None:
    """Canonical text. `made`: how, and of what size."""
    record = _described(source) | dict(made) | _mixed(recipe)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _described(source: Source) -> dict[str, Any]:
    """Enough to feed the packages and to compare their embeddings."""
    second = POOLING_INPUT[source.text.pooling]
    context, side = source.text.spec.context, source.image.spec.size
    ids = {"name": "ids", "shape": [1, context], "dtype": "int32"}
    weights = {"name": second, "shape": [1, 1, 1, context], "dtype": "float16"}
    return {
        "name": source.name,
        "architecture": source.architecture,
        "dim": source.dim,
        "widths": list(source.widths),
        "calibration": asdict(source.calibration),
        "output": {"name": OUTPUT, "shape": [1, source.dim], "dtype": "float16"},
        "image": {
            "spec": asdict(source.image.spec),
            "inputs": [{"name": "image", "shape": [1, 3, side, side], "colors": "RGB"}],
        },
        "text": {
            "spec": asdict(source.text.spec),
            "pooling": source.text.pooling,
            "inputs": [ids, weights] if second else [ids],
        },
    }


def _mixed(recipe: Recipe | None) -> dict[str, Any]:
    """The width of each weight, and the loss that was measured of all together."""
    if recipe is None:
        return {}
    widths = {side: dict(each) for side, each in recipe.widths.items()}
    return {"mixed": {"budget_bytes": recipe.budget_bytes, "loss": recipe.loss, "widths": widths}}
