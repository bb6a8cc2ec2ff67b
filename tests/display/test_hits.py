"""Names that are safe to show, matches and thumbnails."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photosearch.display import encoded, percent, printable, share, share_name, thumbnail
from photosearch.types import Hit


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("été 海.jpg", "été 海.jpg"),
        ("a\nb\x1b[0m", "a\\x0ab\\x1b[0m"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("left\u202eright", "left\\u202eright"),
    ],
)
def test_what_cannot_be_printed_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(st.binary())
def test_any_name_can_be_printed_as_utf8(raw: bytes) -> None:
    shown = printable(os.fsdecode(raw))
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("score", "confidence", "shown", "bar", "name"),
    [
        (0.31, 0.754, "75%", 0.754, "confidence"),
        (0.92, None, "92%", 0.92, "similarity"),
        (-0.0287, None, "-3%", 0.0, "similarity"),
        (-0.001, None, "0%", 0.0, "similarity"),
    ],
)
def test_a_match_is_a_confidence_or_else_the_cosine(
    score: float, confidence: float | None, shown: str, bar: float, name: str
) -> None:
    hit = Hit(rank=1, id=1, path=Path("a.jpg"), score=score, confidence=confidence)
    assert (percent(hit), share(hit), share_name([hit])) == (shown, bar, name)


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
