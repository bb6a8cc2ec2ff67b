"""`photosearch similar`: photos by a photo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.options import Count, IndexDir, Output, Pictures
from photosearch.cli.places import open_index
from photosearch.cli.results import check_results, show_results


def similar(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo, indexed or not.")],
    *,
    k: Count = 20,
    output: Output,
    pictures: Pictures,
    index: IndexDir = None,
) -> None:
    """Find photos that look like a photo.

    \b
    Examples:
      photosearch similar holiday.jpg
      photosearch similar holiday.jpg -k 50 --paths
    """
    form = check_results(output, pictures)
    with open_index(index) as photos:
        hits = photos.similar(photo, k=k)
    show_results(f"like {photo.name}", hits, form, pictures)
