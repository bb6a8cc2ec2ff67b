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
    """Of the table of results."""
    found = [
        f"| captions to photos, {width} wide, {name} | {value.percent()} |"
        for width, values in measured.captions.items()
        for name, value in values.items()
    ]
    for group, names in measured.names.items():
        asked = f"{names.names:,} names to {names.photos:,} photos, {group}"
        found += [
            f"| {asked}, mAP | {names.precision.percent()} |",
            f"| the same, first photo right | {names.first_right.percent()} |",
        ]
    for texts, kinds in measured.reworded.items():
        found += [
            f"| points lost by other words, {texts}, {kind} | {effect.drop.percent()} |"
            for kind, effect in kinds.items()
        ]
    for search, hits in measured.trust.items():
        found += [
            f"| calibration error, {search}, {which} | {trust.error.percent()} |"
            for which, trust in hits.items()
        ]
    if measured.demo:
        right = sum(answer.right for answer in measured.demo)
        found.append(f"| the demo's queries, first photo right | {right} of {len(measured.demo)} |")
    return found
