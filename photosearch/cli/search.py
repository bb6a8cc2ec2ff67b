"""`photosearch search`: photos by words."""

from __future__ import annotations

from typing import Annotated

import typer

from photosearch.cli.filters import read_filters
from photosearch.cli.options import Count, Filters, IndexDir, Output, Pictures
from photosearch.cli.output import say
from photosearch.cli.places import open_index
from photosearch.cli.results import check_results, show_results
from photosearch.display.names import printable, readable


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="Words to look for.")],
    *,
    k: Count = 20,
    filters: Filters,
    output: Output,
    pictures: Pictures,
    index: IndexDir = None,
) -> None:
    """Find photos by words.

    Quote the query. -word sets back photos that show it more than the rest, "two words" stay
    together, word:2 weighs double. Put the options, then --, before a query
    that begins with a minus.

    \b
    Examples:
      photosearch search "a dog on a beach"
      photosearch search 'dog "red ball":2 -beach' -k 5 --since 2023 --until 2024-06
      photosearch search "old church" --near 48.86,2.35,10 --sheet churches.html
      photosearch search --paths -- "-people mountains"
    """
    from photosearch.query.parse import parse_query

    form = check_results(output, pictures)
    wanted = read_filters(filters)
    words = readable(" ".join(query))
    for note in parse_query(words).notes:
        say(f"note: {printable(note)}")
    with open_index(index) as photos:
        hits = photos.search(words, k, wanted)
    show_results(words, hits, form, pictures)
