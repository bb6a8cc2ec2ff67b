"""`photosearch explain`: what a query is read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import IndexDir, Json, index_directory
from photosearch.cli.output import print_json
from photosearch.display import printable, readable
from photosearch.query.parse import NEGATIVE_WEIGHT
from photosearch.types import Term

if TYPE_CHECKING:
    from photosearch.query.dates import When
    from photosearch.query.reading import Place, Reading

_WIDTH = 12  # of the names


def explain(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What would be searched.")],
    *,
    now: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What dates are told from: 2026-11-26T10:00."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="NAME", help="The time zone there: Europe/Berlin.")
    ] = None,
    index: IndexDir = None,
    json: Json = False,
) -> None:
    """Show what a query is read as, without searching.

    Dates, places, kinds of photos, negations and alternatives are told apart from the words
    that are looked for. Where there is an index, its photos say which Paris is meant, and whether
    summer is in June.

    \b
    Examples:
      photosearch explain "beach last summer without people"
      photosearch explain "paris, texas 2019" --json
      photosearch explain "yesterday" --now 2026-11-26T10:00 --zone Europe/Berlin
    """
    from photosearch.query.read import read_query
    from photosearch.query.zones import parse_now

    moment = None if now is None else parse_now(now, zone)
    text = readable(" ".join(query))
    directory = index_directory(index)
    if index is None and not directory.exists():
        reading = read_query(text, now=moment, zone=zone)
    else:
        from photosearch.index import PhotoIndex

        with PhotoIndex.open(directory, create=False) as photos:
            reading = photos.read(text, now=moment, zone=zone)
    if json:
        print_json(reading.as_json())
    else:
        _print_lines(reading)


def _print_lines(reading: Reading) -> None:
    for name, text in reading_lines(reading):
        print(printable(f"{name:<{_WIDTH}}{text}"))


def reading_lines(reading: Reading) -> list[tuple[str, str]]:
    """What was read, one member a line, as `photosearch-swift explain` has it."""
    lines = [_term(term) for term in reading.terms]
    lines += [("any of", " | ".join(group)) for group in reading.any]
    lines += [("holds", text) for text in reading.exact]
    lines += _times(reading.when) if reading.when else []
    lines += [("near", _circle(reading.near))] if reading.near else []
    lines += [("away from", _circle(reading.away))] if reading.away else []
    lines += [("media", ", ".join(reading.media))] if reading.media else []
    lines += [("favourites", "only")] if reading.favourites else []
    lines += [("camera", reading.camera)] if reading.camera else []
    return lines + [("note", note) for note in reading.notes]


def _term(term: Term) -> tuple[str, str]:
    is_usual = term.weight in (1.0, NEGATIVE_WEIGHT)
    name = "looks for" if term.weight > 0 else "sets back"
    return name, term.text if is_usual else f"{term.text} (weight {term.weight})"


def _times(when: When) -> list[tuple[str, str]]:
    lines = [("since", when.since.isoformat())] if when.since else []
    lines += [("until", when.until.isoformat())] if when.until else []
    lines += [("months", ", ".join(map(str, when.months)))] if when.months else []
    days = ", ".join(f"{first} to {last}" for first, last in when.days)
    lines += [("days", days)] if days else []
    lines += [("weekdays", ", ".join(map(str, when.weekdays)))] if when.weekdays else []
    hours = ", ".join(f"{first} to {last}" for first, last in when.hours)
    return lines + ([("hours", hours)] if hours else [])


def _circle(place: Place) -> str:
    return f"{place.name} ({place.latitude}, {place.longitude}; {place.radius_km} km)"
