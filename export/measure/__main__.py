"""The command: see the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from export.measure import measure_bundle
from export.measure.tables import as_json, as_text
from photosearch.data.photos import CAPTIONS, LABELS
from photosearch.errors import UsageError
from photosearch.models import builtin_bundle

BUNDLE = builtin_bundle()

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[
        Path,
        typer.Option(
            help="The folder with flickr8k/, labelled/ and labelled_more/; any may be missing.",
            exists=True,
            file_okay=False,
        ),
    ],
    bundle: Annotated[
        Path, typer.Option(help="What to measure.", show_default="the one that ships")
    ] = BUNDLE,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, shares from 0 to 1.")] = False,
) -> None:
    """Prints what a bundle finds, how far its confidence can be trusted, and its demo."""
    from photosearch.cli import show_steps

    with show_steps() as listener:
        measured = measure_bundle(bundle, data, progress=listener)
    if not measured.captions and not measured.names:
        raise UsageError(f"{data}: got no photos, expected folders with {CAPTIONS} or {LABELS}")
    typer.echo(as_json(measured) if json else as_text(measured))


if __name__ == "__main__":
    from photosearch.cli import run_script

    run_script(app)
