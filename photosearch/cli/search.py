"""`photosearch search` and `photosearch similar`: photos by words, and by a photo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.filters import read_filters
from photosearch.cli.options import Count, Filters, IndexDir, Output, Pictures, open_index
from photosearch.cli.output import Form, chosen_form, print_hits, say
from photosearch.display import Section, check_sheet_path, printable, readable, write_sheet
from photosearch.errors import ImageError
from photosearch.query.reading import Reading
from photosearch.types import Hit

_WORDS = ("looks for", "sets back", "note")  # that a query is told of by its hits, or besides
DOUBTFUL = 0.25  # a best photo below this confidence is more likely no answer


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="Words to look for.")],
    *,
    k: Count = 20,
    filters: Filters,
    output: Output,
    pictures: Pictures,
    index: IndexDir = None,
) -> None:
    """Find photos by words, dates and places.

    Quote the query. What is a date, a place or a kind of photo filters, see photosearch explain;
    "quoted words" must stand in a name, album, title or keyword; without people, or -people, sets
    back photos that show them more than the rest; word:2 weighs double. Put the options, then --,
    before a query that begins with a minus.

    \b
    Examples:
      photosearch search "a dog on a beach last summer"
      photosearch search 'dog "red ball":2 -beach' -k 5 --since 2023 --until 2024-06
      photosearch search "old church" --near 48.86,2.35,10 --sheet churches.html
      photosearch search --paths -- "-people mountains"
    """
    form = check_results(output, pictures)
    wanted = read_filters(filters)
    words = readable(" ".join(query))
    with open_index(index) as photos:
        reading = photos.read(words)
        if reading.spans or reading.notes:
            _say_reading(reading)
        hits = photos.search_reading(reading, k, wanted)
    show_results(words, hits, form, pictures)


def _say_reading(reading: Reading) -> None:
    """What was not looked for as words, and how doubtful parts were read."""
    from photosearch.cli.explain import reading_lines

    told = [f"{name} {text}" for name, text in reading_lines(reading) if name not in _WORDS]
    if told:
        say(f"read: {printable('; '.join(told))}")
    for note in reading.notes:
        say(f"note: {printable(note)}")


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


def check_results(output: Output, pictures: Pictures) -> Form:
    """The form to print. Raises UsageError for options that cannot be met, before any work."""
    if pictures.sheet is not None:
        check_sheet_path(pictures.sheet)
    return chosen_form(output)


def show_results(title: str, hits: Sequence[Hit], form: Form, pictures: Pictures) -> None:
    """Prints the hits on stdout and writes the contact sheet if one is wanted."""
    if form == "table" and pictures.thumbnails and sys.stdout.isatty():
        _show_pictures(hits)
    print_hits(hits, form)
    if form == "table":
        _say_doubts(hits)
    if pictures.sheet is not None:
        write_sheet(pictures.sheet, [Section(title=title, hits=tuple(hits))])
        say(f"contact sheet: {pictures.sheet}")


def _show_pictures(hits: Sequence[Hit]) -> None:
    from photosearch.cli.terminal import detect_protocol, print_thumbnails

    protocol = detect_protocol()
    if protocol is not None:
        print_thumbnails(hits, protocol)


def _say_doubts(hits: Sequence[Hit]) -> None:
    if not hits:
        say("no photos")
    elif hits[0].confidence is not None and hits[0].confidence < DOUBTFUL:
        say(f"nothing matches well: the best confidence is {hits[0].confidence:.0%}")
