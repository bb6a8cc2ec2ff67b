"""Measures a bundle as shipped, through its encoder, on photos that training never saw.

    python -m export.measure --data DATA

Prints caption retrieval at every width and name retrieval, with 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from export.builtin_packages import CAPTIONED
from export.model_card import rows
from photosearch.data import (
    CaptionedPhoto,
    LabelledPhoto,
    of_dev_split,
    read_captioned,
    read_labelled,
)
from photosearch.encoder import Encoder, cut
from photosearch.evaluate import (
    Estimate,
    Floats,
    caption_retrieval,
    fit_calibration,
    label_retrieval,
)
from photosearch.manifest import Calibration
from photosearch.models import builtin_bundle, load_encoder

LABELLED = "labelled"
BUNDLE = builtin_bundle()

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="The folder with flickr8k/ and labelled/")],
    bundle: Annotated[Path, typer.Option(help="What to measure.")] = BUNDLE,
) -> None:
    """Prints the rows of the model card's table of results."""
    typer.echo("\n".join(rows(measure_bundle(bundle, data))))


@dataclass(frozen=True)
class Measured:
    """What the model card says of quality, and the calibration that the bundle takes."""

    captions: dict[int, dict[str, Estimate]]  # width of the embedding -> R@1, R@5, R@10
    labels: Estimate  # mean average precision
    calibration: Calibration


def measure_bundle(bundle: Path, data: Path) -> Measured:
    """The dev split and the validation tenth, through the encoder that users load."""
    dev = of_dev_split(read_captioned(data / CAPTIONED))
    held = [photo for photo in read_labelled(data / LABELLED) if photo.held_out]
    encoder = load_encoder(bundle)
    return measure(encoder, dev, held, (encoder.dim, encoder.dim // 2, encoder.dim // 4))


def measure(
    encoder: Encoder,
    captioned: Sequence[CaptionedPhoto],
    labelled: Sequence[LabelledPhoto],
    widths: Sequence[int],
) -> Measured:
    """Caption retrieval at every width, label retrieval and calibration at the full one."""
    photos = encoder.encode_images([photo.path for photo in captioned])
    sentences = encoder.encode_texts([text for photo in captioned for text in photo.captions])
    owner = np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in captioned])
    named = encoder.encode_images([photo.path for photo in labelled])
    names = [photo.label for photo in labelled]
    asked = sorted(set(names))
    queries = encoder.encode_texts(asked)
    return Measured(
        captions={
            width: caption_retrieval(cut(photos, width), cut(sentences, width), owner)
            for width in widths
        },
        labels=label_retrieval(named, names, dict(zip(asked, queries, strict=True))),
        calibration=_calibrate(photos, sentences, owner, named, names, asked, queries),
    )


def _calibrate(
    photos: Floats,
    sentences: Floats,
    owner: NDArray[np.int64],
    named: Floats,
    names: Sequence[str],
    asked: Sequence[str],
    queries: Floats,
) -> Calibration:
    """Matches are a sentence with its own photo, and a name with its best photo. Each collection
    serves as the library without a match for what is asked of the other."""
    relevant = np.array([[name == query for name in names] for query in asked])
    best = np.where(relevant, queries @ named.T, -1).max(axis=1)
    return fit_calibration(
        matches=[(sentences * photos[owner]).sum(axis=1), best],
        strangers=[(sentences @ named.T).max(axis=1), (queries @ photos.T).max(axis=1)],
    )


if __name__ == "__main__":
    app()
