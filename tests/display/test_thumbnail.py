"""Thumbnails."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from photosearch.display.thumbnail import encoded, thumbnail


def test_a_thumbnail_fits_and_keeps_its_proportions(tmp_path: Path) -> None:
    Image.new("RGB", (400, 200), "red").save(tmp_path / "a.jpg")
    picture = thumbnail(tmp_path / "a.jpg", side=100)
    assert picture is not None
    assert picture.size == (100, 50)


def test_a_thumbnail_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (400, 200), "red").save(tmp_path / "a.jpg", exif=exif)
    picture = thumbnail(tmp_path / "a.jpg", side=100)
    assert picture is not None
    assert picture.size == (50, 100)


def test_what_is_no_picture_has_no_thumbnail(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    assert thumbnail(tmp_path / "a.jpg", side=100) is None
    assert thumbnail(tmp_path / "gone.jpg", side=100) is None


def test_an_encoded_picture_can_be_read_again() -> None:
    picture = Image.new("RGB", (30, 20), "blue")
    with Image.open(io.BytesIO(encoded(picture, "PNG"))) as again:
        assert again.getpixel((5, 5)) == (0, 0, 255)
    with Image.open(io.BytesIO(encoded(picture, "JPEG"))) as again:
        assert again.size == (30, 20)
