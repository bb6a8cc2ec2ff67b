"""The card of the built-in model, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from export.measure import Measured
    from photosearch.train.config import TrainConfig
    from photosearch.train.corpus import Corpus

CARD = Path(__file__).with_suffix(".md")
_NAMES = {"efficientnet-lite": "EfficientNet-Lite", "mobilenet-v2": "MobileNetV2-1.0"}


@dataclass(frozen=True)
class MadeFrom:
    """What a model was made from."""

    runs: tuple[TrainConfig, ...]
    side: int  # pixels at which it looks
    corpus: Corpus
    absent: tuple[str, ...]  # what the data folder lacked, in words
    teachers: int  # trained before it on the same data
    given: tuple[Path, ...] = ()  # towers that it started from (the first) and was taught by


def model_card(made: MadeFrom, measured: Measured) -> str:
    """Markdown."""
    from photosearch.train.corpus import names_of  # torch

    config, towers = made.runs[0], made.runs[0].towers
    captioned = len(made.corpus.training_captioned())
    labelled = len(made.corpus.training_labelled())
    return Template(CARD.read_text(encoding="utf-8")).substitute(
        dim=towers.dim,
        backbone=_spelled(config.backbone),
        side=made.side,
        layers=towers.layers,
        pieces=f"{towers.vocabulary:,}",
        widths=", ".join(str(width) for width in measured.captions or (towers.dim,)),
        rows="\n".join(rows(measured)),
        runs=", then ".join(f"{run.steps} steps of seed {run.seed}" for run in made.runs),
        options=" --from TOWERS" * len(made.given),
        taught=_taught(made),
        photos=f"{captioned + labelled:,}",
        captioned=f"{captioned:,}",
        labelled=f"{labelled:,}",
        names=f"{len(names_of(made.corpus)):,} names",
        absent=f"It did without {', '.join(made.absent)}." if made.absent else "",
        config="\n".join(_settings(made.runs)),
    )


def _spelled(backbone: str) -> str:
    for ours, published in _NAMES.items():
        backbone = backbone.replace(ours, published)
    return backbone


def _settings(runs: tuple[TrainConfig, ...]) -> Iterator[str]:
    """All of the first run, and what the others have of their own."""
    first = asdict(runs[0])
    yield from (f"{name}: {value}" for name, value in first.items())
    for number, run in enumerate(runs[1:], start=2):
        own = (pair for pair in asdict(run).items() if pair not in first.items())
        yield from (f"{name} of run {number}: {value}" for name, value in own)


def _taught(made: MadeFrom) -> str:
    if made.given:
        first, *others = (f"`{path.parent.name}/{path.name}`" for path in made.given)
        beside = f", and so did {', '.join(others)}" if others else ""
        return (
            f"Every run started from the towers in {first}, made before it, which also taught "
            f"it{beside}. The weights are the mean of those of {len(made.runs)} runs."
        )
    if made.teachers:
        return f"{made.teachers} models of its kind, trained before it on the data, taught it."
    return "No model of its kind taught it."


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
