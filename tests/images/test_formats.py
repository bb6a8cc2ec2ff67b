"""Files that are cut short, damaged or of another kind: one typed error each."""

from __future__ import annotations

import pytest
from PIL import Image

from photosearch.errors import DamagedImage, EmptyImage, TruncatedImage, UnsupportedImage
from photosearch.images.load import open_image
from tests.images.test_load import FORMATS, Encode


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_file_cut_short_is_an_error(
    name: str, kept: float, textured: Image.Image, encode: Encode
) -> None:
    data = encode(textured.crop((0, 0, 160, 120)), name)
    with pytest.raises(TruncatedImage):
        open_image(data[: int(len(data) * kept)], target=64)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2, 3, 100, 10_000])
def test_a_jpeg_cut_anywhere_is_an_error(
    progressive: bool, missing: int, textured: Image.Image, encode: Encode
) -> None:
    data = encode(textured, "JPEG", progressive=progressive)
    with pytest.raises(TruncatedImage, match="ends early"):
        open_image(data[:-missing])


def test_an_empty_file_is_an_error_of_its_own() -> None:
    with pytest.raises(EmptyImage, match="got 0 bytes"):
        open_image(b"")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"\0" * 4096, b"<svg></svg>", b"\xff", b"RIFFxxxxAVI "]
)
def test_a_file_that_is_no_picture_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedImage, match="not a picture: got .*expected AVIF, BMP"):
        open_image(data)


def test_a_jpeg_of_twelve_bits_is_unsupported(photo: Image.Image, encode: Encode) -> None:
    data = bytearray(encode(photo, "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(UnsupportedImage, match="JPEG"):
        open_image(bytes(data))


def test_a_png_with_a_wrong_checksum_is_damaged(textured: Image.Image, encode: Encode) -> None:
    data = bytearray(encode(textured, "PNG"))
    data[data.index(b"IDAT") + 5000] ^= 0xFF
    with pytest.raises(DamagedImage, match="PNG: damaged"):
        open_image(bytes(data))
