"""Pictures and files that the tests of `images` share, all made on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    """96 x 64, smooth, with four corners that cannot be confused."""
    y, x = np.mgrid[0:64, 0:96]
    pixels = np.stack([x * 255 // 95, y * 255 // 63, 128 + 0 * x], axis=-1).astype(np.uint8)
    return Image.fromarray(pixels)


@pytest.fixture(scope="session")
def textured() -> Image.Image:
    """640 x 480 with detail everywhere, so that its JPEG has real data in every block."""
    y, x = np.mgrid[0:480, 0:640]
    noise = np.random.default_rng(0).integers(0, 60, (480, 640, 3))
    waves = 90 + 60 * np.sin(x / 17) + 40 * np.cos(y / 11)
    return Image.fromarray(np.clip(waves[..., None] + noise, 0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def encode() -> Encode:
    """`encode(image, "PNG", **options)` gives the bytes of a file of that format."""

    def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
        stream = io.BytesIO()
        if name == "HEIF":
            options = {"quality": 90, "chroma": 444, **options}
            pillow_heif.from_pillow(image).save(stream, **options)
        else:
            image.save(stream, name, **options)
        return stream.getvalue()

    return encoded


@pytest.fixture
def file(tmp_path: Path, textured: Image.Image, encode: Encode) -> Path:
    """A JPEG that is stored lying and labelled to stand."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(textured, "JPEG", exif=exif))
    return path
