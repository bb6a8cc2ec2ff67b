"""Writes a contact sheet: the results of one or more queries as a PNG or an HTML page.

Neither refers to anything outside itself, so that a sheet can be sent and opened offline.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import replacing, storage_errors
from photosearch.display.hits import encoded, percent, printable, share, share_name, thumbnail
from photosearch.errors import UsageError
from photosearch.template import fill
from photosearch.types import Hit

TEMPLATE = Path(__file__).with_name("sheet.html.jinja")
SIDE = 320  # pixels, the longer side of an embedded thumbnail


@dataclass(frozen=True, slots=True)
class Section:
    """One query and what it found."""

    title: str
    hits: tuple[Hit, ...]


def check_sheet_path(path: Path) -> None:
    """Raises UsageError unless the name ends in .png, .html or .htm: before a search is made."""
    if path.suffix.lower() not in (".png", ".html", ".htm"):
        raise UsageError(f"contact sheet: got {path.name!r}, expected a name in .png or .html")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"contact sheet: no folder {path.absolute().parent}")


def write_sheet(path: Path, sections: Sequence[Section]) -> None:
    """Draws the sections into a PNG or an HTML file, by the suffix of `path`.

    Photos that cannot be read any more leave a grey tile. Raises UsageError for another suffix
    and StorageError if the file cannot be written; a sheet that was there before then stays.
    """
    check_sheet_path(path)
    if path.suffix.lower() == ".png":
        from photosearch.display.sheet_png import draw

        content = encoded(draw(sections), "PNG")
    else:
        content = page(sections).encode("utf-8")
    with storage_errors(path), replacing(path) as stream:
        stream.write(content)


@dataclass(frozen=True, slots=True)
class _Tile:
    """One hit, as the template shows it."""

    name: str
    path: str
    link: str  # file:///…
    share: str  # 0 to 1
    percent: str
    measure: str  # what the two are called
    picture: str | None  # JPEG in base64; None if it cannot be read now
    width: int = 0  # pixels
    height: int = 0


def page(sections: Sequence[Section]) -> str:
    """A whole page, with every picture inside it and a link to each photo's file."""
    title = sections[0].title if len(sections) == 1 else "photosearch"
    shown = [
        {"title": printable(section.title), "tiles": [_tile(hit) for hit in section.hits]}
        for section in sections
    ]
    return fill(TEMPLATE, title=printable(title), sections=shown)


def _tile(hit: Hit) -> _Tile:
    picture = thumbnail(hit.path, side=SIDE)
    data = None if picture is None else b64encode(encoded(picture, "JPEG")).decode()
    width, height = (0, 0) if picture is None else picture.size
    return _Tile(
        name=printable(hit.path.name),
        path=printable(str(hit.path)),
        link=hit.path.absolute().as_uri(),
        share=f"{share(hit):.3f}",
        percent=percent(hit),
        measure=share_name([hit]),
        picture=data,
        width=width,
        height=height,
    )
