"""Draws a contact sheet as a picture, with Pillow.

Words are in Pillow's own font, which has ASCII only, wherever it will do, so that a sheet looks the
same on every system; else in one of the system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from photosearch.display.hits import percent, printable, share, thumbnail
from photosearch.shorten import shorten_middle

if TYPE_CHECKING:
    from photosearch.display.sheet import Section
    from photosearch.types import Hit

COLUMNS = 5
TILE = 192  # pixels, the side of a thumbnail's square
GAP = 12  # pixels between tiles
TITLE = 40  # pixels, the height of a section's title
CAPTION = 22  # pixels, the height of the line below a tile
NAME_LETTERS = 20  # of a caption; as many as fit a tile
MAX_HEIGHT = 60_000  # pixels; Pillow's PNG and most viewers stop a little later

PAPER, INK, FAINT, TILE_PAPER, BAR = "#ffffff", "#1c1c1e", "#6e6e73", "#f2f2f4", "#3478f6"

Font: TypeAlias = "ImageFont.ImageFont | ImageFont.FreeTypeFont"

# Of macOS, Windows and most Linux distributions, those with the most letters first
_SYSTEM_FONTS = (
    *("Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf", "DejaVuSans.ttf"),
    *("arial.ttf", "Arial.ttf", "LiberationSans-Regular.ttf", "FreeSans.ttf"),
)


@dataclass(frozen=True, slots=True)
class _Place:
    left: int
    top: int


def draw(sections: Sequence[Section]) -> Image.Image:
    """One RGB picture: a title a section, then its photos in rows of five, best first.

    Rows beyond 60,000 pixels are left off.
    """
    width = GAP + COLUMNS * (TILE + GAP)
    height = min(GAP + sum(_height(section) for section in sections), MAX_HEIGHT)
    sheet = Image.new("RGB", (width, height), PAPER)
    top = GAP
    for section in sections:
        _draw_section(sheet, section, top)
        top += _height(section)
    return sheet


def _height(section: Section) -> int:
    rows = max(1, ceil(len(section.hits) / COLUMNS))
    return TITLE + rows * (TILE + CAPTION + GAP)


def _draw_section(sheet: Image.Image, section: Section, top: int) -> None:
    canvas = ImageDraw.Draw(sheet)
    title, font = lettered(shorten_middle(printable(section.title), 80), 22)
    canvas.text((GAP, top), title, INK, font)
    if not section.hits:
        canvas.text((GAP, top + TITLE), "no photos", FAINT, ImageFont.load_default(15))
    for number, hit in enumerate(section.hits):
        row, column = divmod(number, COLUMNS)
        place = _Place(
            left=GAP + column * (TILE + GAP), top=top + TITLE + row * (TILE + CAPTION + GAP)
        )
        if place.top > sheet.height:
            return
        _draw_hit(sheet, hit, place)


def _draw_hit(sheet: Image.Image, hit: Hit, place: _Place) -> None:
    canvas = ImageDraw.Draw(sheet)
    right, bottom = place.left + TILE, place.top + TILE
    canvas.rectangle((place.left, place.top, right - 1, bottom - 1), TILE_PAPER)
    picture = thumbnail(hit.path, side=TILE)
    if picture is not None:
        offset = ((TILE - picture.width) // 2, (TILE - picture.height) // 2)
        sheet.paste(picture, (place.left + offset[0], place.top + offset[1]))
    bar = round(TILE * share(hit))
    if bar:
        canvas.rectangle((place.left, bottom, place.left + bar - 1, bottom + 2), BAR)
    name, font = lettered(shorten_middle(printable(hit.path.name), NAME_LETTERS), 13)
    canvas.text((place.left, bottom + 5), name, INK, font)
    canvas.text((right, bottom + 5), percent(hit), FAINT, ImageFont.load_default(13), anchor="ra")


def lettered(text: str, size: int) -> tuple[str, Font]:
    """The text as it is drawn, and the font for it, `size` in pixels.

    Without a font of the system, letters lose their accents and others become `\\u…`.
    """
    font = None if text.isascii() else _system_font(size)
    if font is not None:
        return text, font
    plain = "".join(each for letter in text for each in _ascii(letter))
    return plain, ImageFont.load_default(size)


def _ascii(letter: str) -> str:
    if letter.isascii():
        return letter
    base = normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return base or letter.encode("ascii", "backslashreplace").decode()


@lru_cache(maxsize=8)
def _system_font(size: int) -> Font | None:
    for name in _SYSTEM_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:  # it is not installed
            continue
    return None
