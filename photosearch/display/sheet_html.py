"""The contact sheet as one HTML page that holds its pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from photosearch.display.matches import percent, share, share_name
from photosearch.display.names import printable
from photosearch.display.thumbnail import encoded, thumbnail

if TYPE_CHECKING:
    from photosearch.display.sheet import Section
    from photosearch.types import Hit

SIDE = 320  # pixels, the longer side of an embedded thumbnail

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h2 { font-weight: 600; }
ol { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
     list-style: none; padding: 0; }
.tile { align-items: center; aspect-ratio: 1; background: #8882; display: flex;
        justify-content: center; }
.tile img { height: 100%; object-fit: contain; width: 100%; }
figure { margin: 0; }
figcaption { display: flex; gap: .5rem; justify-content: space-between; }
figcaption a { color: inherit; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
meter { height: .5rem; width: 100%; }
"""


def page(sections: Sequence[Section]) -> str:
    """A whole page, with every picture inside it and a link to each photo's file."""
    title = sections[0].title if len(sections) == 1 else "photosearch"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "".join(_section(section) for section in sections)
        + "</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    tiles = "".join(_tile(hit) for hit in section.hits)
    results = f"<ol>\n{tiles}</ol>" if tiles else "<p>No photos.</p>"
    return f"<section>\n<h2>{_text(section.title)}</h2>\n{results}\n</section>\n"


def _tile(hit: Hit) -> str:
    name = _text(hit.path.name)
    return (
        f'<li><figure><div class="tile">{_picture(hit, name)}</div>\n'
        f'<meter min="0" max="1" value="{share(hit):.3f}" title="{share_name([hit])}"></meter>\n'
        f'<figcaption><a href="{escape(hit.path.absolute().as_uri())}"'
        f' title="{_text(str(hit.path))}">{name}</a>'
        f"<span>{percent(hit)}</span></figcaption></figure></li>\n"
    )


def _picture(hit: Hit, name: str) -> str:
    picture = thumbnail(hit.path, side=SIDE)
    if picture is None:
        return "<span>cannot be read</span>"
    data = b64encode(encoded(picture, "JPEG")).decode()
    return (
        f'<img alt="{name}" width="{picture.width}" height="{picture.height}" '
        f'src="data:image/jpeg;base64,{data}">'
    )


def _text(text: str) -> str:
    return escape(printable(text))
