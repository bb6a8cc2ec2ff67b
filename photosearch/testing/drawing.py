"""Draws photos of a shape in one colour on another, whose descriptions say what they show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError
from photosearch.testing.encoders import COLORS

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw


def _disc(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    radius = min(w, h) * 0.45
    draw.ellipse((w / 2 - radius, h / 2 - radius, w / 2 + radius, h / 2 + radius), fill=color)


def _square(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    side = min(w, h) * 0.4
    draw.rectangle((w / 2 - side, h / 2 - side, w / 2 + side, h / 2 + side), fill=color)


def _triangle(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    draw.polygon([(w * 0.05, h * 0.95), (w * 0.5, h * 0.02), (w * 0.95, h * 0.95)], fill=color)


def _stripes(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    for i in range(0, 10, 2):
        draw.rectangle((0, h * i / 10, w, h * (i + 1) / 10), fill=color)


def _checkers(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    for i, j in ((i, j) for i in range(8) for j in range(8) if (i + j) % 2):
        draw.rectangle((w * i / 8, h * j / 8, w * (i + 1) / 8, h * (j + 1) / 8), fill=color)


_SHAPES: dict[str, Callable[[ImageDraw, int, int, tuple[int, ...]], None]] = {
    draw.__name__[1:]: draw for draw in (_disc, _square, _triangle, _stripes, _checkers)
}
SHAPES = tuple(_SHAPES)
# What `draw_photos` draws by default: "<color> <shape> on <color>".
DRAWINGS = (
    "red disc on white", "blue square on yellow", "green triangle on cyan",
    "black stripes on yellow", "magenta checkers on black", "white disc on blue",
)  # fmt: skip
_DRAWING = re.compile(rf"({'|'.join(COLORS)}) ({'|'.join(_SHAPES)}) on ({'|'.join(COLORS)})")
_RGB: dict[str, tuple[int, ...]] = dict(zip(COLORS, product((0, 255), repeat=3), strict=True))


def draw_photo(description: str, *, width: int = 320, height: int = 240) -> Image:
    """Draws a description such as "red disc on white"; sides in pixels.

    Raises UsageError for words that are not "<color> <shape> on <color>".
    """
    from PIL import Image, ImageDraw

    match = _DRAWING.fullmatch(description)
    if match is None:
        shapes = ", ".join(_SHAPES)
        raise UsageError(f"got {description!r}, expected a color, one of {shapes}, 'on', a color")
    color, shape, background = match.groups()
    picture = Image.new("RGB", (width, height), _RGB[background])
    _SHAPES[shape](ImageDraw.Draw(picture), width, height, _RGB[color])
    return picture


def draw_photos(directory: Path, descriptions: Iterable[str] = DRAWINGS) -> dict[str, Path]:
    """Draws each description into a JPEG named after it: description -> path."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = {text: directory / f"{text.replace(' ', '-')}.jpg" for text in descriptions}
    for text, path in paths.items():
        draw_photo(text).save(path, quality=90)
    return paths
