"""`photosearch remove`: takes photos out of the index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.options import IndexDir, Json
from photosearch.cli.output import print_json, say
from photosearch.cli.places import open_index


def remove(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Photos or folders.")],
    index: IndexDir = None,
    json: Json = False,
) -> None:
    """Take photos out of the index. The files themselves are not touched.

    A folder stands for all the photos in it.

    \b
    Examples:
      photosearch remove ~/Pictures/private
      photosearch remove one.jpg two.jpg --json
    """
    with open_index(index) as photos:
        removed = photos.remove(paths)
    if json:
        print_json({"removed": removed})
    else:
        say(f"{removed:,} photos taken out of the index; the files are untouched")
