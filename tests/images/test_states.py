"""What the pixels of a photo say of it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from photosearch.encoder import Bytes
from photosearch.images import sample_photos
from photosearch.images.states import photo_states

SIDE = 256
NAMES = ("astronaut", "chelsea", "coffee", "rocket", "motorcycle_left", "china", "flower")


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    paths = sample_photos(extra="demo", purpose="testing")
    found = [Image.open(path).convert("RGB") for path in paths if path.stem in NAMES]
    assert len(found) >= 5
    return [photo.resize((SIDE, SIDE), Image.Resampling.BICUBIC) for photo in found]


def states(picture: Image.Image) -> set[str]:
    return set(photo_states(np.asarray(picture.convert("RGB"))))


def test_a_good_photo_is_none_of_these(photos: list[Image.Image]) -> None:
    for photo in photos:
        assert states(photo) == set()


def test_a_photo_without_colours_is_black_and_white(photos: list[Image.Image]) -> None:
    for photo in photos:
        assert states(photo.convert("L")) == {"black-and-white"}


def test_a_blurred_photo_is_blurry(photos: list[Image.Image]) -> None:
    for photo in photos:
        assert states(photo.filter(ImageFilter.GaussianBlur(2.5))) == {"blurry"}


def test_a_photo_in_the_dark_is_dark(photos: list[Image.Image]) -> None:
    for photo in photos:
        assert "dark" in states(ImageEnhance.Brightness(photo).enhance(0.15))


def test_a_dark_photo_is_not_blurry_for_that(photos: list[Image.Image]) -> None:
    for photo in photos:
        assert "blurry" not in states(ImageEnhance.Brightness(photo).enhance(0.3))


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 5, 3), (3, 3, 3)])
def test_a_tiny_picture_of_one_tone_is_not_blurry(shape: tuple[int, ...]) -> None:
    pixels: Bytes = np.full(shape, 200, np.uint8)
    assert photo_states(pixels) == {"black-and-white"}


def test_one_sharp_edge_is_enough(photos: list[Image.Image]) -> None:
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[:, SIDE // 2 :] = (200, 180, 90)
    assert "blurry" not in photo_states(pixels)
