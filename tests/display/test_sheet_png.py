"""Words on a contact sheet have no empty boxes, whatever fonts a system has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import ImageFont

from photosearch.display import sheet_png
from photosearch.display.sheet_png import lettered


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    sheet_png._system_font.cache_clear()
    yield
    sheet_png._system_font.cache_clear()


def test_plain_letters_are_drawn_alike_on_every_system() -> None:
    text, font = lettered("IMG_1234.jpg", 13)
    assert text == "IMG_1234.jpg"
    assert font.getbbox(text) == ImageFont.load_default(13).getbbox(text)


def test_a_font_of_the_system_draws_what_pillows_own_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def truetype(name: str, size: int) -> object:
        asked.append((name, size))
        if name != "DejaVuSans.ttf":
            raise OSError("cannot open resource")
        return "a font"

    monkeypatch.setattr(ImageFont, "truetype", truetype)
    text, font = lettered("größe", 22)
    assert (text, str(font)) == ("größe", "a font")
    assert asked[-1] == ("DejaVuSans.ttf", 22)


def test_without_one_letters_lose_their_accents_and_others_are_escaped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet_png, "_SYSTEM_FONTS", ())
    text, font = lettered("Crémieux ＡＢ ß 猫", 13)
    assert text == "Cremieux AB \\xdf \\u732b"
    assert font.getbbox("A") == ImageFont.load_default(13).getbbox("A")
