"""`photosearch demo`: indexes and searches real photos that are already on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.output import say
from photosearch.cli.progress import show_photos
from photosearch.cli.terminal import bar
from photosearch.display import Section, percent, printable, share, write_sheet

QUERIES = (
    "a cat",
    "a cup of coffee",
    "an astronaut",
    "a motorcycle in a garage",
    "a flower",
    "a rocket launch",
)
SHOWN = 5  # photos a query


def demo(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the index and the sheets go.")
    ] = Path("photosearch-demo"),
) -> None:
    """Index and search real photos that need no download.

    They are part of the packages scikit-image and scikit-learn.
    Needs no network. Writes demo.png and demo.html, two contact sheets of six queries.

    \b
    Examples:
      photosearch demo
      photosearch demo --out /tmp/demo
    """
    from photosearch.index import PhotoIndex

    photos = demo_photos()
    out.mkdir(parents=True, exist_ok=True)
    directory = out / "demo.photoindex"
    with PhotoIndex.open(directory) as index:
        with show_photos() as listener:
            index.add(photos, progress=listener)
        say(f"{len(photos)} real photos in {directory}")
        sections = [Section(query, tuple(index.search(query, k=SHOWN))) for query in QUERIES]
    for section in sections:
        _print_section(section)
    for name in ("demo.png", "demo.html"):
        write_sheet(out / name, sections)
        print(f"contact sheet: {printable(out / name)}")
    say(f'Now yours: photosearch search "a moon" --index {directory}')


def demo_photos() -> list[Path]:
    """The photos of the demo. Raises MissingExtra if a package is not installed."""
    from photosearch.images import sample_photos

    return sample_photos(extra="demo", purpose="photosearch demo")


def _print_section(section: Section) -> None:
    print(section.title)
    for hit in section.hits:
        print(f"  {bar(share(hit))} {percent(hit):>4}  {printable(hit.path.name)}")
