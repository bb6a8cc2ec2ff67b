"""The contact sheet as one HTML page that holds its pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.display.hits import encoded, percent, printable, share, share_name, thumbnail
from photosearch.template import fill

if TYPE_CHECKING:
    from photosearch.display.sheet import Section
    from photosearch.types import Hit

TEMPLATE = Path(__file__).with_name("sheet.html.jinja")
SIDE = 320  # pixels, the longer side of an embedded thumbnail


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
