"""Makes the built-in model: one command from the data folder to the bundle with its card.

    python -m export.builtin_model --data DATA --work WORK

Trains for an hour or two on two cores, goes on after an interruption, then measures the bundle
as shipped on photos held back, writes the card from what it measured, and puts in the Core ML
packages.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from export.builtin_packages import CAPTIONED, add_packages
from export.measure import measure_bundle
from export.model_card import model_card
from photosearch.errors import MissingExtra
from photosearch.manifest import Calibration, ImageSpec
from photosearch.models import builtin_bundle
from photosearch.progress import Listener

if TYPE_CHECKING:
    from photosearch.train.config import TrainConfig
    from photosearch.train.recipes.builtin import Generation

VERSION = "1.0.0"
BUNDLE = builtin_bundle()
UNCALIBRATED = Calibration(scale=1.0, bias=0.0)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="The folder with flickr8k/, labelled/, …")],
    work: Annotated[Path, typer.Option(help="Where caches and checkpoints may stay.")],
    out: Annotated[Path, typer.Option(help="The bundle to write.")] = BUNDLE,
) -> None:
    """Trains the built-in model, measures it as shipped, and writes its bundle with packages."""
    from photosearch.cli import show_steps
    from photosearch.models.machine import keep_freed_memory
    from photosearch.train.config import TrainConfig

    if find_spec("coremltools") is None:  # said now, not after an hour
        raise MissingExtra("coreml", "the built-in model with its Core ML packages")
    keep_freed_memory()
    with show_steps() as listener:
        make(data, work, out, TrainConfig(), progress=listener)
        add_packages(out, data / CAPTIONED, progress=listener)
    typer.echo(out)


def make(data: Path, work: Path, out: Path, config: TrainConfig, *, progress: Listener) -> None:
    """Trains, writes the bundle, measures it as written, writes it again with what was measured."""
    from photosearch.train.recipes.builtin import train_generations

    work.mkdir(parents=True, exist_ok=True)
    trained = train_generations(data, work, config, progress=progress)
    write(trained, out, UNCALIBRATED, card="")
    measured = measure_bundle(out, data)
    card = model_card(config, measured)
    write(trained, out, measured.calibration, card=card)


def write(generation: Generation, out: Path, calibration: Calibration, *, card: str) -> None:
    """The bundle of the trained towers."""
    from photosearch.models import write_bundle
    from photosearch.train.recipes.builtin import shipped_tensors

    write_bundle(
        out,
        name="builtin",
        version=VERSION,
        tensors=shipped_tensors(generation),
        heads=generation.config.towers.heads,
        vocabulary=generation.vocabulary,
        image=ImageSpec(size=generation.config.shipped_side),
        calibration=calibration,
        card=card,
    )


if __name__ == "__main__":
    app()
