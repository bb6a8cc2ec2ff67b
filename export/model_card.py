"""The card of the built-in model, written from what was measured."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from export.measure import Measured
    from photosearch.train.config import TrainConfig

CARD = Path(__file__).with_suffix(".md")
TAUGHT = (
    "It is the second of two generations: besides the data, it learned from the similarities that\n"
    "the first, once trained, saw between photos and captions. "
)


def model_card(config: TrainConfig, measured: Measured) -> str:
    """Markdown."""
    towers = config.towers
    return Template(CARD.read_text(encoding="utf-8")).substitute(
        dim=towers.dim,
        side=config.shipped_side,
        layers=towers.layers,
        pieces=f"{towers.vocabulary:,}",
        widths=", ".join(str(width) for width in measured.captions),
        rows="\n".join(rows(measured)),
        seed=config.seed,
        taught=TAUGHT if config.generations > 1 else "",
        blocks=config.views.frozen_blocks,
        frozen=config.frozen_layers,
        config="\n".join(f"{name}: {value}" for name, value in asdict(config).items()),
    )


def rows(measured: Measured) -> list[str]:
    found = [
        f"| captions to photos, {width} wide, {name} | {value.percent()} |"
        for width, values in measured.captions.items()
        for name, value in values.items()
    ]
    return [*found, f"| names to photos, mAP | {measured.labels.percent()} |"]
