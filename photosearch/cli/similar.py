"""`photosearch similar`: photos by a photo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.filters import read_filters
from photosearch.cli.options import Count, Filters, IndexDir, Output, Pictures
from photosearch.cli.places import open_index
from photosearch.cli.results import check_results, show_results
from photosearch.display.names import printable
from photosearch.errors import ImageError


def similar(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo, indexed or not.")],
    *,
    k: Count = 20,
    filters: Filters,
    output: Output,
    pictures: Pictures,
    index: IndexDir = None,
) -> None:
    """Find photos that look like a photo.

    The percentage is a similarity, the cosine of two embeddings: no probability, and not to be
    compared with the confidence of a search by words.

    \b
    Examples:
      photosearch similar holiday.jpg
      photosearch similar holiday.jpg -k 50 --since 2024 --paths
    """
    form = check_results(output, pictures)
    wanted = read_filters(filters)
    with open_index(index) as photos:
        try:
            hits = photos.similar(photo, k=k, filter=wanted)
        except ImageError as error:
            raise type(error)(f"{printable(photo)}: {error}") from error
    show_results(f"like {photo.name}", hits, form, pictures)
