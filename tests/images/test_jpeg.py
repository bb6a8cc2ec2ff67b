"""JPEGs that end early behind an end marker."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import TruncatedImage
from photosearch.images.load import open_image

Encode = Callable[..., bytes]
END = b"\xff\xd9"


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
