"""Words on a contact sheet: in Pillow's own font, or in one of the system where that lacks letters.

Pillow's font has ASCII only. It is taken wherever it will do, so that a sheet looks the same on
every system.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias
from unicodedata import normalize

from PIL import ImageFont

Font: TypeAlias = "ImageFont.ImageFont | ImageFont.FreeTypeFont"

# Of macOS, Windows and most Linux distributions, those with the most letters first
_SYSTEM_FONTS = (
    *("Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf", "DejaVuSans.ttf"),
    *("arial.ttf", "Arial.ttf", "LiberationSans-Regular.ttf", "FreeSans.ttf"),
)


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
