"""What `search` and `similar` do with their hits: the same for both."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from photosearch.cli.options import Output, Pictures
from photosearch.cli.output import Form, chosen_form, print_hits, say
from photosearch.display.sheet import Section, check_sheet_path, write_sheet
from photosearch.types import Hit

DOUBTFUL = 0.25  # a best photo below this confidence is more likely no answer


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
    from photosearch.cli.inline import detect, print_pictures

    protocol = detect()
    if protocol is not None:
        print_pictures(hits, protocol)


def _say_doubts(hits: Sequence[Hit]) -> None:
    if not hits:
        say("no photos")
    elif hits[0].confidence is not None and hits[0].confidence < DOUBTFUL:
        say(f"nothing matches well: the best confidence is {hits[0].confidence:.0%}")
