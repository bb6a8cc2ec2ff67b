"""Writes what a run has trained as a bundle, as it would ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.contract import RUN_BUNDLE
from photosearch.manifest import UNCALIBRATED, Calibration, ImageSpec
from photosearch.models import quantize_towers, write_bundle
from photosearch.models.backbones import BACKBONES
from photosearch.weights import Tensor

if TYPE_CHECKING:
    from photosearch.train.recipes.builtin import Run


def write_run(
    run: Run,
    out: Path,
    *,
    name: str,
    version: str,
    side: int,
    calibration: Calibration = UNCALIBRATED,
    card: str = "",
) -> None:
    """The towers with their tokenizer; they look at photos of that side in pixels."""
    write_bundle(
        out,
        name=name,
        version=version,
        tensors=shipped_tensors(run),
        heads=run.config.towers.heads,
        backbone=BACKBONES[run.config.backbone],
        vocabulary=run.vocabulary,
        words=run.words(),
        image=ImageSpec(size=side),
        calibration=calibration,
        card=card,
    )


def leave_bundle(run: Run, work: Path) -> None:
    """In the folder of a run, so that it can be searched with and evaluated."""
    side = run.config.whole_side
    write_run(run, work / RUN_BUNDLE, name=work.resolve().name, version="0.0.0", side=side)


def shipped_tensors(run: Run) -> dict[str, Tensor]:
    """Both towers as the bundle stores them, under `image.` and `text.`.

    No feed-forward weights in int4: they cost names half a point for 1.7 MB, see `assets/LOG.md`.
    """
    towers = {"image": run.student.image, "text": run.student.text}
    values = {
        f"{tower}.{name}": value.detach().numpy()
        for tower, module in towers.items()
        for name, value in module.state_dict().items()
    }
    return {**quantize_towers(values, int4_layers=()), "text.tokens.weight": run.towers.embeddings}
