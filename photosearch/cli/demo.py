"""`photosearch demo`: indexes and searches real photos that are already on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from photosearch.cli.output import say
from photosearch.cli.progress import show_photos
from photosearch.cli.terminal import bar
from photosearch.display import Section, percent, printable, share, write_sheet
from photosearch.types import Filter

if TYPE_CHECKING:
    from photosearch.index import PhotoIndex


@dataclass(frozen=True, slots=True)
class DemoSheet:
    """Queries, written down before their results were seen, and the photos they are asked of."""

    name: str  # of its files
    queries: tuple[str, ...]
    packages: tuple[str, ...]  # that the photos come with


SHEETS: Final = (
    DemoSheet(
        "demo",
        (
            "a cat",
            "a cup of coffee",
            "an astronaut",
            "a motorcycle in a garage",
            "a flower",
            "a rocket launch",
        ),
        ("skimage", "sklearn"),
    ),
    DemoSheet(
        "demo-scikit-image",
        (
            "a moon",
            "a person with a camera",
            "coins",
            "a rocket at night",
            "a page of a book",
            "a galaxy",
        ),
        ("skimage",),
    ),
)
SHOWN = 5  # photos a query


def demo(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the index and the sheets go.")
    ] = Path("photosearch-demo"),
) -> None:
    """Index and search real photos that need no download.

    They are part of the packages scikit-image and scikit-learn. Needs no network.
    Writes two contact sheets of six queries each, as pictures and pages: demo.png
    and demo.html over all the photos, demo-scikit-image over that package's. Photos
    are found by what they show; their names, which say it, are left out here.

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
        drawn = {sheet.name: _sections(index, sheet) for sheet in SHEETS}
    for name, sections in drawn.items():
        for section in sections:
            _print_section(section)
        for file in (out / f"{name}.png", out / f"{name}.html"):
            write_sheet(file, sections)
            print(f"contact sheet: {printable(file)}")
    say(f'Now yours: photosearch search "a brick wall" --index {directory}')


def demo_photos(packages: tuple[str, ...] = SHEETS[0].packages) -> list[Path]:
    """The photos of the demo. Raises MissingExtra if a package is not installed."""
    from photosearch.images import sample_photos

    return sample_photos(extra="demo", purpose="photosearch demo", packages=packages)


def _sections(index: PhotoIndex, sheet: DemoSheet) -> list[Section]:
    from photosearch.search import Searcher

    folders = {photo.parent for photo in demo_photos(sheet.packages)}
    among = Filter(under=tuple(sorted(folders)))
    searcher = Searcher(encoder=index.encoder, index=index)
    return [
        Section(query, tuple(searcher.search(query, k=SHOWN, filter=among)))
        for query in sheet.queries
    ]


def _print_section(section: Section) -> None:
    print(section.title)
    for hit in section.hits:
        print(f"  {bar(share(hit))} {percent(hit):>4}  {printable(hit.path.name)}")
