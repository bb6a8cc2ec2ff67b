"""Damaged files of every format: a picture or a typed error, never anything else."""

from __future__ import annotations

import contextlib
import random
import warnings
from collections.abc import Callable

import pytest
from PIL import Image

from photosearch.errors import ImageError
from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info

Encode = Callable[..., bytes]
VARIANTS = [
    ("AVIF", "RGB", {}),
    ("AVIF", "RGBA", {"lossless": True}),
    ("BMP", "RGB", {}),
    ("GIF", "P", {}),
    ("HEIF", "RGB", {}),
    ("JPEG", "RGB", {"quality": 90}),
    ("JPEG", "RGB", {"progressive": True}),
    ("JPEG", "CMYK", {}),
    ("MPO", "RGB", {}),
    ("PNG", "RGBA", {}),
    ("PNG", "P", {}),
    ("PNG", "I;16", {}),
    ("TIFF", "RGB", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("TIFF", "RGB", {"compression": "jpeg"}),
    ("TIFF", "F", {"compression": "tiff_deflate"}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {"lossless": True}),
]


def made(
    name: str, mode: str, options: dict[str, object], photo: Image.Image, encode: Encode
) -> bytes:
    exif = Image.Exif()
    exif.update({0x010F: "Maker", 0x0110: "Model", 0x0112: 6})
    exif.get_ifd(0x8769).update({0x9003: "2021:04:11 15:47:53", 0x9011: "+02:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 3.0, 4.8), 3: "W", 4: (94.0, 17.0, 19.5)})
    picture = photo.convert("L").convert(mode) if mode in ("F", "I;16") else photo.convert(mode)
    if name not in ("BMP", "GIF") and "compression" not in options:  # Pillow cannot write both
        options = {**options, "exif": exif.tobytes()}
    return encode(picture, name, **options)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, a stretch removed, doubled or zeroed; often near the header."""
    broken = bytearray(data)
    for _ in range(rng.choice((1, 2, 5, 30))):
        reach = rng.choice((64, 1024, len(broken)))
        at = rng.randrange(min(reach, len(broken)))
        broken[at] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
    at, length = rng.randrange(len(broken)), rng.choice((1, 4, 100))
    change = rng.randrange(6)
    if change == 0:
        del broken[at : at + length]
    elif change == 1:
        broken[at:at] = broken[at : at + length]
    elif change == 2:
        broken[at : at + length] = bytes(len(broken[at : at + length]))
    elif change == 3:
        del broken[at + 1 :]
    return bytes(broken)


def outcome(action: Callable[[], object]) -> None:
    """Runs it. Anything but success or a typed error fails the test."""
    with contextlib.suppress(ImageError):
        action()


@pytest.mark.parametrize(("name", "mode", "options"), VARIANTS)
def test_a_damaged_file_is_a_picture_or_a_typed_error(
    name: str, mode: str, options: dict[str, object], photo: Image.Image, encode: Encode
) -> None:
    data = made(name, mode, options, photo.resize((48, 32)), encode)
    assert sorted(open_image(data).size) == [32, 48]
    rng = random.Random(f"{name}{mode}{options}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's TIFF reader, about odd tags
        for _ in range(60):
            broken = damaged(data, rng)
            outcome(lambda: open_image(broken, target=20, max_pixels=4_000_000))  # noqa: B023
            outcome(lambda: read_info(broken))  # noqa: B023


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mode", "options"), VARIANTS)
def test_ten_times_as_many_damaged_files(
    name: str, mode: str, options: dict[str, object], photo: Image.Image, encode: Encode
) -> None:
    data = made(name, mode, options, photo.resize((48, 32)), encode)
    rng = random.Random(7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(600):
            broken = damaged(data, rng)
            outcome(lambda: open_image(broken, target=20, max_pixels=4_000_000))  # noqa: B023
            outcome(lambda: read_info(broken))  # noqa: B023
