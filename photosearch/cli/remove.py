"""`photosearch remove`: takes photos out of the index."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.options import IndexDir, Json
from photosearch.cli.output import print_json, say
from photosearch.cli.places import open_index
from photosearch.display.names import printable
from photosearch.index.paths import absolute


def remove(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Photos or folders.")],
    index: IndexDir = None,
    json: Json = False,
) -> None:
    """Take photos out of the index. The files themselves are not touched.

    A folder stands for all the photos in it. The next `photosearch index` of their folder brings
    photos back, unless it is told to leave them out: `photosearch index FOLDER --exclude PATH`.

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
        what, files = ("photo", "file is") if removed == 1 else ("photos", "files are")
        say(f"{removed:,} {what} taken out of the index; the {files} untouched")
        place = shlex.quote(printable(absolute(paths[0])))
        say(f"indexing their folder brings them back, unless with --exclude {place}")
