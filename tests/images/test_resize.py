"""The one resize against Pillow and against a plain version of its own description."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photosearch.errors import TruncatedImage
from photosearch.images.resize import model_pixels
from photosearch.manifest import ImageSpec

Filter = Literal["bilinear", "bicubic"]


def bilinear(t: float) -> float:
    return max(1 - abs(t), 0.0)


def bicubic(t: float) -> float:
    a, t = -0.5, abs(t)
    if t < 1:
        return ((a + 2) * t - (a + 3)) * t * t + 1
    return (((t - 5) * t + 8) * t - 4) * a if t < 2 else 0.0


FILTERS = {"bilinear": (1.0, bilinear), "bicubic": (2.0, bicubic)}


def one_axis(values: np.ndarray, m: int, name: Filter) -> np.ndarray:
    """The docstring of `photosearch.images.resize`, line by line: uint8 [n, ...] -> [m, ...]."""
    n, (radius, kernel) = len(values), FILTERS[name]
    if n == m:
        return values
    scale = n / m
    stretch = max(scale, 1.0)
    support = radius * stretch
    out = np.empty((m, *values.shape[1:]), np.uint8)
    for i in range(m):
        centre = (i + 0.5) * scale
        first = max(int(centre - support + 0.5), 0)
        last = min(int(centre + support + 0.5), n)
        w = [kernel((x - centre + 0.5) * (1.0 / stretch)) for x in range(first, last)]
        total = 0.0
        for weight in w:
            total += weight
        k = [math.trunc(v / total * 2**22 + math.copysign(0.5, v)) for v in w]
        sums = np.tensordot(np.array(k, np.int64), values[first:last].astype(np.int64), axes=1)
        out[i] = np.clip((2**21 + sums) >> 22, 0, 255)
    return out


def plain(pixels: np.ndarray, width: int, height: int, name: Filter) -> np.ndarray:
    """[H, W, 3] -> [height, width, 3], horizontal pass first."""
    across = one_axis(pixels.swapaxes(0, 1), width, name).swapaxes(0, 1)
    return one_axis(across, height, name)


def picture(width: int, height: int) -> np.ndarray:
    rng = np.random.default_rng(width * 1009 + height)
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(37, 53), (400, 300), (16, 16), (5, 90), (1, 1), (31, 16)])
def test_squash_is_the_described_algorithm(name: Filter, size: tuple[int, int]) -> None:
    pixels = picture(*size)
    got = model_pixels(Image.fromarray(pixels), ImageSpec(size=16, filter=name))
    np.testing.assert_array_equal(got, plain(pixels, 16, 16, name))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 120),
    st.integers(1, 120),
    st.integers(1, 40),
    st.sampled_from(["bilinear", "bicubic"]),
)
def test_squash_is_the_described_algorithm_at_any_size(
    width: int, height: int, side: int, name: Filter
) -> None:
    pixels = picture(width, height)
    got = model_pixels(Image.fromarray(pixels), ImageSpec(size=side, filter=name))
    np.testing.assert_array_equal(got, plain(pixels, side, side, name))


@pytest.mark.parametrize("name", ["bilinear", "bicubic"])
@pytest.mark.parametrize("turn", [None, Image.Transpose.ROTATE_90])
def test_squash_is_pillows_resize_but_for_the_order_of_passes(
    name: Filter, turn: Image.Transpose | None, textured: Image.Image
) -> None:
    picture = textured if turn is None else textured.transpose(turn)
    got = model_pixels(picture, ImageSpec(size=224, filter=name)).astype(int)
    expected = np.asarray(picture.resize((224, 224), Image.Resampling[name.upper()]))
    assert np.abs(got - expected).max() <= 2
    assert (got == expected).mean() > 0.5


@pytest.mark.parametrize("size", [(50, 33), (33, 50), (40, 40), (20, 9), (129, 17)])
def test_crop_scales_the_shorter_side_and_takes_the_middle(size: tuple[int, int]) -> None:
    pixels, side = picture(*size), 24
    width, height = (side * v // min(size) for v in size)
    left, top = (width - side) // 2, (height - side) // 2
    expected = plain(pixels, width, height, "bicubic")[top : top + side, left : left + side]
    got = model_pixels(Image.fromarray(pixels), ImageSpec(size=side, resize="crop"))
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("size", [(200_000, 2), (2, 200_000)])
def test_crop_of_a_thin_strip_stays_small(size: tuple[int, int]) -> None:
    strip = Image.new("RGB", size, (1, 2, 3))
    got = model_pixels(strip, ImageSpec(size=224, resize="crop"))
    assert got.shape == (224, 224, 3)
    assert (got == (1, 2, 3)).all()


def test_crop_of_a_long_picture_takes_its_middle_first() -> None:
    pixels = picture(100, 10)
    middle = Image.fromarray(pixels[:, 10:90])
    spec = ImageSpec(size=16, resize="crop")
    np.testing.assert_array_equal(
        model_pixels(Image.fromarray(pixels), spec), model_pixels(middle, spec)
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_a_picture_of_any_mode_is_taken(mode: str) -> None:
    got = model_pixels(Image.new(mode, (30, 20)), ImageSpec(size=8))
    assert got.shape == (8, 8, 3)
    assert got.dtype == np.uint8


def test_damaged_pixels_that_are_loaded_only_now_are_a_typed_error(
    textured: Image.Image, encode: Callable[..., bytes]
) -> None:
    image = Image.open(io.BytesIO(encode(textured, "JPEG")[:5000]))
    with pytest.raises(TruncatedImage):
        model_pixels(image, ImageSpec(size=16))


@pytest.mark.parametrize("resize", ["squash", "crop"])
def test_a_picture_beyond_pillows_own_limit_is_taken(
    resize: Literal["squash", "crop"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    image = Image.new("RGB", (100, 90))
    assert model_pixels(image, ImageSpec(size=8, resize=resize)).shape == (8, 8, 3)
