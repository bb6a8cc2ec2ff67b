"""Photos as pictures with their details, within limits on pixels and sides."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from photosearch.errors import EmptyImage, ImageError, ImageRefused, TruncatedImage
from photosearch.images.picture import load_picture


def write(path: Path, width: int, height: int, *, exif: Image.Exif | None = None) -> Path:
    """A gradient from left to right."""
    row = np.linspace(0, 255, width).astype(np.uint8)
    Image.fromarray(np.tile(row, (height, 1))).save(path, exif=exif or Image.Exif())
    return path


def test_a_small_photo_keeps_its_pixels(tmp_path: Path) -> None:
    photo = write(tmp_path / "a.png", 30, 20)
    loaded = load_picture(photo, most_pixels=600, most_side=30)
    expected = np.asarray(Image.open(photo).convert("RGB"))
    np.testing.assert_array_equal(loaded.pixels, expected)
    assert loaded.content_hash == hashlib.sha256(photo.read_bytes()).hexdigest()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    most_pixels=st.integers(1, 100_000),
    most_side=st.integers(1, 400),
)
def test_no_limit_is_passed_and_the_shape_is_kept(
    tmp_path: Path, suffix: str, width: int, height: int, most_pixels: int, most_side: int
) -> None:
    photo = write(tmp_path / f"a.{suffix}", width, height)
    pixels = load_picture(photo, most_pixels=most_pixels, most_side=most_side).pixels
    down, across = pixels.shape[:2]
    assert pixels.dtype == np.uint8
    assert max(down, across) <= most_side
    assert down * across <= most_pixels or min(down, across) == 1
    if min(down, across) > 1:
        assert abs(down * width - across * height) <= max(width, height)  # less than one pixel


def test_a_turned_photo_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6  # to be turned by a quarter, clockwise
    photo = write(tmp_path / "a.jpg", 400, 100, exif=exif)
    pixels = load_picture(photo, most_pixels=10_000, most_side=200).pixels
    assert pixels.shape == (200, 50, 3)
    assert pixels[0].mean() < 20 < 230 < pixels[-1].mean()


def test_a_large_jpeg_is_as_sharp_as_its_size_allows(tmp_path: Path) -> None:
    stripes = np.tile(np.array([0, 0, 255, 255], np.uint8), (600, 200))  # [600, 800], 4 px a pair
    Image.fromarray(stripes).save(tmp_path / "a.jpg", quality=95)
    pixels = load_picture(tmp_path / "a.jpg", most_pixels=600 * 800 // 2, most_side=800).pixels
    assert np.ptp(pixels[200]) > 150  # reduced while decoding it would be gray


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", EmptyImage), (b"no picture", ImageError), (b"\x89PNG\r\n\x1a\nno more", TruncatedImage)],
)
def test_what_is_no_photo_is_an_image_error(
    tmp_path: Path, content: bytes, error: type[ImageError]
) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(error):
        load_picture(tmp_path / "a.png", most_pixels=100, most_side=10)


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageRefused):
        load_picture(tmp_path / "none.png", most_pixels=100, most_side=10)
