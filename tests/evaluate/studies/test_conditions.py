"""What each condition does to a picture."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photosearch.evaluate.studies.conditions import (
    FILTERS,
    Condition,
    compressed,
    cropped,
    noisy,
    reduced,
    resized,
    rotated,
    standard_conditions,
)
from photosearch.images import model_pixels, open_image, sample_photos
from photosearch.manifest import ImageSpec

SQUASH = ImageSpec(size=64)
CROP = replace(SQUASH, resize="crop", filter="bilinear")


@pytest.fixture(scope="module")
def coffee() -> Image.Image:
    """600 x 400 pixels."""
    paths = sample_photos(extra="demo", purpose="a test", packages=["skimage"])
    return open_image(next(path for path in paths if path.name == "coffee.png"))


def array(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, np.float64)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Root of the mean squared difference, 0..255."""
    return float(np.sqrt(((array(one) - array(other)) ** 2).mean()))


@pytest.mark.parametrize("condition", standard_conditions(SQUASH), ids=lambda each: each.name)
def test_every_level_is_the_same_again_and_leaves_its_input_alone(
    condition: Condition, coffee: Image.Image
) -> None:
    given = Image.fromarray(model_pixels(coffee, SQUASH)) if condition.of_input else coffee
    before = given.tobytes()
    for change in condition.levels.values():
        once, again = change(given), change(given)
        assert once.mode == "RGB"
        assert once.tobytes() == again.tobytes()
    assert given.tobytes() == before


@pytest.mark.parametrize("name", ["JPEG", "noise", "blur", "thumbnail"])
def test_what_is_stronger_is_further_from_the_photo(name: str, coffee: Image.Image) -> None:
    (condition,) = (each for each in standard_conditions(SQUASH) if each.name == name)
    distances = [apart(change(coffee), coffee) for change in condition.levels.values()]
    assert distances == sorted(distances)
    assert distances[0] > 0


def test_jpeg_is_saved_with_its_quality_and_read_again(coffee: Image.Image) -> None:
    file = io.BytesIO()
    coffee.save(file, "JPEG", quality=10, subsampling=2)
    with Image.open(file) as wanted:
        assert compressed(coffee, 10).tobytes() == wanted.tobytes()


def test_noise_has_its_deviation_and_differs_by_photo_alone() -> None:
    gray = Image.new("RGB", (200, 200), (128, 128, 128))
    found = array(noisy(gray, 20)) - 128
    assert found.mean() == pytest.approx(0, abs=0.5)
    assert found.std() == pytest.approx(20, rel=0.02)
    other = array(noisy(Image.new("RGB", (200, 200), (129, 128, 128)), 20))
    assert abs(np.corrcoef(found.ravel(), other.ravel())[0, 1]) < 0.05
    stronger = array(noisy(gray, 40)) - 128
    assert np.corrcoef(found.ravel(), stronger.ravel())[0, 1] > 0.98


def test_a_crop_keeps_the_middle(coffee: Image.Image) -> None:
    assert cropped(coffee, 0.5).tobytes() == coffee.crop((150, 100, 450, 300)).tobytes()
    assert cropped(Image.new("RGB", (1, 1)), 0.4).size == (1, 1)


def test_a_thumbnail_keeps_the_size_and_loses_detail(coffee: Image.Image) -> None:
    small = coffee.resize((150, 100), Image.Resampling.BICUBIC)
    found = reduced(coffee, 0.25)
    assert found.tobytes() == small.resize((600, 400), Image.Resampling.BICUBIC).tobytes()
    assert reduced(Image.new("RGB", (1, 3)), 0.1).size == (1, 3)


def test_right_angles_turn_the_whole_photo(coffee: Image.Image) -> None:
    assert rotated(coffee, 90).tobytes() == coffee.transpose(Image.Transpose.ROTATE_90).tobytes()
    assert rotated(coffee, 180).tobytes() == coffee.transpose(Image.Transpose.ROTATE_180).tobytes()


@pytest.mark.parametrize("degrees", [5, 15, 45])
def test_other_angles_keep_the_frame_and_fill_its_corners(
    degrees: float, coffee: Image.Image
) -> None:
    found = rotated(coffee, degrees)
    assert found.size == coffee.size
    plain = coffee.rotate(degrees, Image.Resampling.BICUBIC)
    middle = (250, 150, 350, 250)
    assert apart(found.crop(middle), plain.crop(middle)) < 1
    red = Image.new("RGB", (60, 40), (200, 10, 10))
    assert rotated(red, degrees).tobytes() == red.tobytes()


def test_rotation_bounds_what_is_in_memory() -> None:
    assert rotated(Image.new("RGB", (6000, 2)), 45).size == (1024, 1)
    assert rotated(Image.new("RGB", (2000, 3000)), 15).size == (683, 1024)
    assert rotated(Image.new("RGB", (1, 1)), 45).size == (1, 1)


@pytest.mark.parametrize("spec", [SQUASH, CROP])
@pytest.mark.parametrize("size", [(600, 400), (64, 64), (33, 90), (900, 20), (1, 1)])
def test_the_model_s_own_filter_changes_nothing(
    spec: ImageSpec, size: tuple[int, int], coffee: Image.Image
) -> None:
    photo = coffee.resize(size)
    wanted = model_pixels(photo, spec)
    assert np.array_equal(model_pixels(resized(photo, spec.filter, spec), spec), wanted)


def test_other_filters_differ(coffee: Image.Image) -> None:
    made = {resized(coffee, name, SQUASH).tobytes() for name in FILTERS}
    assert len(made) == len(FILTERS)


def test_conditions_have_names_of_their_own() -> None:
    found = standard_conditions(SQUASH)
    assert len({each.name for each in found}) == len(found)
    assert {each.name for each in found if not each.of_input} == {
        "crop", "rotation", "resize filter",
    }  # fmt: skip
