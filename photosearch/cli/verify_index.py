"""`photosearch verify-index`: is everything in the index as it was written?"""

from __future__ import annotations

from typing import Annotated

import typer

from photosearch.cli.options import IndexDir, Json


def verify_index(
    index: IndexDir = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Mend what can be mended without embedding photos again."),
    ] = False,
    json: Json = False,
) -> None:
    """Check the index for damage.

    \b
    Examples:
      photosearch verify-index
      photosearch verify-index --repair --index trip.photoindex
    """
