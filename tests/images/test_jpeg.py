"""JPEGs that end early behind an end marker, and their segments."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photosearch.errors import TruncatedImage
from photosearch.images.jpeg import image_resources, xmp_packets
from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info
from photosearch.types import PhotoInfo
from tests.images.written import DATED, EXTENSION, LONG, XMP_HEAD, extended, jpeg, xmp

Encode = Callable[..., bytes]
END = b"\xff\xd9"
PLAIN = PhotoInfo(width=8, height=6)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("target", [None, 60])
def test_half_a_jpeg_with_an_end_marker_put_on_is_truncated(
    mode: str, target: int | None, textured: Image.Image, encode: Encode
) -> None:
    data = encode(textured.convert(mode), "JPEG")
    with pytest.raises(TruncatedImage, match="rest of the picture"):
        open_image(data[: len(data) // 2] + END, target=target)


def test_a_loss_of_a_few_rows_is_let_pass(textured: Image.Image, encode: Encode) -> None:
    data = encode(textured, "JPEG")
    assert open_image(data[: int(len(data) * 0.97)] + END).size == textured.size


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"restart_marker_rows": 1},
                                     {"progressive": True}, {"quality": 10}])  # fmt: skip
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_whole_picture_that_is_gray_below_is_not_truncated(
    mode: str, options: dict[str, int], textured: Image.Image, encode: Encode
) -> None:
    pixels = np.array(textured)
    pixels[240:] = 128
    gray_below = Image.fromarray(pixels).convert(mode)
    assert open_image(encode(gray_below, "JPEG", **options)).size == textured.size


def test_a_wholly_gray_picture_is_not_truncated(encode: Encode) -> None:
    gray = Image.new("RGB", (640, 480), (128, 128, 128))
    assert open_image(encode(gray, "JPEG"), target=50).getextrema() == ((128, 128),) * 3


@pytest.mark.parametrize(
    "head",
    [XMP_HEAD, XMP_HEAD[:-1], XMP_HEAD[:-2] + b"\0", b"XMP\0", b""],
)
def test_the_head_of_xmp_may_be_odd(head: bytes) -> None:
    assert read_info(jpeg((0xE1, head + DATED))).taken_at == datetime(2021, 3, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("length", "offset"), [(0, 0), (2**32 - 1, 0), (10, 2**32 - 1), (40_000, 1), (39_999, 0)]
)
def test_an_extension_whose_numbers_do_not_fit_is_left_out(length: int, offset: int) -> None:
    data = bytearray(extended(DATED))
    at = data.index(EXTENSION) + len(EXTENSION) + 32
    struct.pack_into(">II", data, at, length, offset)
    assert read_info(bytes(data)) == PLAIN


def test_an_extension_that_nobody_names_is_left_out() -> None:
    foreign = EXTENSION + b"0" * 32 + struct.pack(">II", len(DATED), 0) + DATED
    assert read_info(jpeg((0xE1, XMP_HEAD + xmp()), (0xE1, foreign))) == PLAIN


def test_many_small_parts_are_put_together() -> None:
    parts = list(range(0, len(LONG), 300))
    got = read_info(extended(LONG, range(len(parts) - 1, -1, -1), size=300))
    assert got.utc_offset_min == 120


@settings(max_examples=300)
@given(st.binary(max_size=120))
def test_no_bytes_can_make_the_segments_fail(junk: bytes) -> None:
    segments = [("APP1", EXTENSION + junk), ("APP1", XMP_HEAD + junk)]
    assert xmp_packets(segments)
    image_resources([("APP13", b"Photoshop 3.0\0" + junk)])
