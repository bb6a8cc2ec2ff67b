"""Drawn photos, which show what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.testing import draw_photo, draw_photos


def test_drawings_are_files_named_after_what_they_show(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "new", ["red disc on white"])
    assert photos == {"red disc on white": tmp_path / "new" / "red-disc-on-white.jpg"}
    assert photos["red disc on white"].stat().st_size > 500


@pytest.mark.parametrize("shape", ["disc", "square", "triangle", "stripes", "checkers"])
def test_a_drawing_has_its_two_colors(shape: str) -> None:
    picture = draw_photo(f"red {shape} on blue", width=60, height=40)
    assert picture.size == (60, 40)
    colors = {color for _, color in picture.getcolors() or []}
    assert colors == {(255, 0, 0), (0, 0, 255)}


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="a dog"):
        draw_photo("a dog")
