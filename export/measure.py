"""Measures a bundle as shipped, on photos that training never saw.

    python -m export.measure --data DATA

Prints caption retrieval at every width and name retrieval, with 95 % intervals.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from export.builtin_model import evaluate
from export.model_card import rows
from photosearch.models.load import builtin_bundle

BUNDLE = builtin_bundle()

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="The folder with flickr8k/ and labelled/")],
    bundle: Annotated[Path, typer.Option(help="What to measure.")] = BUNDLE,
) -> None:
    """Prints the rows of the model card's table of results."""
    typer.echo("\n".join(rows(evaluate(bundle, data))))


if __name__ == "__main__":
    app()
