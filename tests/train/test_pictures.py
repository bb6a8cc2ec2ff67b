"""Photos changed anew: inside their bounds, by their seed alone, and as the formulas say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from photosearch.errors import ImageError
from photosearch.images import model_pixels, open_image
from photosearch.manifest import ImageSpec
from photosearch.train.config import AugmentConfig
from photosearch.train.pictures import Pictures, Recolour, draw_recolour, recolour

SIDE = 32
CONFIG = AugmentConfig(side=SIDE)
STILL = replace(CONFIG, brightness=0.0, contrast=0.0, saturation=0.0, gray=0.0, gain=0.0)
Save = Callable[[Image.Image], Path]


@pytest.fixture
def pictures(photos: list[Path]) -> Pictures:
    return Pictures(photos, CONFIG, workers=2)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def saved(photo: Image.Image) -> Path:
        path = tmp_path / "photo.png"
        photo.save(path)
        return path

    return saved


def ramps(width: int, height: int) -> Image.Image:
    """Red says how far to the right a pixel lies, green how far down."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    return Image.fromarray(pixels)


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_same_seed_gives_the_same_pictures_whatever_the_number_of_workers(
    photos: list[Path], pictures: Pictures, workers: int
) -> None:
    numbers = [0, 3, 1, 0, 5, 4, 2] * 3
    found = Pictures(photos, CONFIG, workers=workers).cropped(numbers, (1, 2, 3))
    assert np.array_equal(found, pictures.cropped(numbers, (1, 2, 3)))


def test_another_seed_gives_other_pictures(pictures: Pictures) -> None:
    found = [pictures.cropped([0, 1], (0, 3, step)).tobytes() for step in range(5)]
    assert len(set(found)) == 5


def test_a_photo_drawn_twice_in_a_batch_is_changed_twice(pictures: Pictures) -> None:
    first, second = pictures.cropped([1, 1], (0,))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (7, 13), (33, 32), (640, 3)])
def test_nothing_but_the_photo_is_in_a_picture(save: Save, size: tuple[int, int]) -> None:
    path = save(Image.new("RGB", size, (200, 30, 90)))
    found = Pictures([path], CONFIG, workers=1).cropped([0] * 40, (0,))
    assert np.array_equal(np.unique(found.reshape(-1, 3), axis=0), [[200, 30, 90]])


def spans(save: Save, config: AugmentConfig, count: int) -> tuple[Tensor, Tensor]:
    """How much of the width and the height each of so many pictures shows; below 0 if mirrored."""
    path = save(ramps(300, 200))
    found = Pictures([path], config, workers=1).cropped([0] * count, (0,)).astype(float)
    middle = SIDE // 2
    right = found[:, middle, -3, 0] - found[:, middle, 2, 0]
    down = found[:, -3, middle, 1] - found[:, 2, middle, 1]
    share = SIDE / (SIDE - 5) / 255  # between the third pixel and the third from the end
    return torch.from_numpy(right * share), torch.from_numpy(down * share)


def test_a_picture_shows_as_much_of_the_photo_as_told(save: Save) -> None:
    wide, high = spans(save, CONFIG, 300)
    area, aspect = (wide.abs() * high), (wide.abs() / high).log()
    assert area.min() == pytest.approx(CONFIG.smallest_area, abs=0.06)
    assert area.max() == pytest.approx(1, abs=0.05)
    assert aspect.abs().max() == pytest.approx(CONFIG.aspect, abs=0.06)


def test_every_second_picture_is_mirrored_and_none_stands_on_its_head(save: Save) -> None:
    wide, high = spans(save, CONFIG, 300)
    assert (wide < 0).float().mean() == pytest.approx(0.5, abs=0.1)
    assert (high > 0).all()


def test_parts_lie_everywhere_in_the_photo(save: Save) -> None:
    path = save(ramps(300, 200))
    found = Pictures([path], replace(CONFIG, smallest_area=0.1), workers=1).cropped([0] * 300, (0,))
    middles = found[:, SIDE // 2, SIDE // 2, :2] / 255
    assert middles.min(0) == pytest.approx(np.array([0.2, 0.2]), abs=0.1)
    assert middles.max(0) == pytest.approx(np.array([0.8, 0.8]), abs=0.1)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "LA", "1", "CMYK", "I;16"])
def test_a_photo_of_any_kind_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("photo.tiff" if mode == "CMYK" else "photo.png")
    Image.new(mode, (40, 30)).save(path)
    pictures = Pictures([path], CONFIG, workers=1)
    assert pictures.cropped([0], (0,)).shape == (1, SIDE, SIDE, 3)
    assert pictures.whole([0], 64).shape == (1, 64, 64, 3)


def test_a_whole_photo_is_what_the_model_sees(photos: list[Path], pictures: Pictures) -> None:
    found = pictures.whole([2, 0], 64)
    expected = [
        model_pixels(open_image(photos[number], target=64), ImageSpec(size=64)) for number in (2, 0)
    ]
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("content", [None, b"", b"not a photo"])
def test_a_photo_that_cannot_be_opened_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImageError, match=r"bad\.jpg"):
        Pictures([path], CONFIG, workers=1).cropped([0], (0,))


def drawn(config: AugmentConfig, count: int = 8, seed: int = 0) -> Recolour:
    return draw_recolour(count, config, np.random.default_rng(seed))


def pixels(count: int = 8) -> Tensor:
    return torch.rand(count, 3, 5, 5) * 255


def test_factors_of_one_change_nothing() -> None:
    x = pixels()
    torch.testing.assert_close(recolour(x, drawn(STILL)), x, rtol=0, atol=1e-3)


def looped(x: Tensor, change: Recolour, number: int) -> Tensor:
    """One photo, pixel by pixel, after torchvision's documentation of ColorJitter."""
    bright, contrast, saturation = (
        float(each[number]) for each in (change.brightness, change.contrast, change.saturation)
    )
    photo = x[number].double().numpy() * bright
    for channel in range(3):
        photo[channel] *= float(change.gain[number, channel])
    weights = (0.299, 0.587, 0.114)
    luma = sum(weight * photo[channel] for channel, weight in enumerate(weights))
    photo = np.mean(luma) * (1 - contrast) + photo * contrast
    luma = sum(weight * photo[channel] for channel, weight in enumerate(weights))
    photo = luma * (1 - saturation) + photo * saturation
    return torch.from_numpy(np.clip(photo, 0, 255)).float()


def test_brightness_gain_contrast_and_saturation_match_a_loop() -> None:
    x, change = pixels(), drawn(replace(CONFIG, gray=0.3))
    expected = torch.stack([looped(x, change, number) for number in range(len(x))])
    torch.testing.assert_close(recolour(x, change), expected, rtol=0, atol=1e-2)


def test_gray_stays_gray() -> None:
    x = pixels()[:, :1].expand(-1, 3, -1, -1)
    found = recolour(x, drawn(replace(CONFIG, gain=0.0)))
    torch.testing.assert_close(found.amax(1), found.amin(1), rtol=0, atol=1e-3)


def test_a_photo_without_colour_is_gray_whatever_else_changes() -> None:
    found = recolour(pixels(), drawn(replace(CONFIG, gray=1.0)))
    torch.testing.assert_close(found.amax(1), found.amin(1), rtol=0, atol=1e-3)


@given(seed=st.integers(0, 2**31))
def test_colours_stay_in_their_range(seed: int) -> None:
    strong = replace(CONFIG, brightness=0.9, contrast=0.9, saturation=0.9, gain=1.0)
    found = recolour(pixels(2), drawn(strong, 2, seed))
    assert found.min() >= 0
    assert found.max() <= 255


def test_factors_fill_the_range_that_is_told() -> None:
    change = drawn(replace(CONFIG, gray=0.25), 4000)
    for factors, most in ((change.brightness, 0.3), (change.contrast, 0.3)):
        assert factors.shape == (4000, 1, 1, 1)
        assert factors.min() == pytest.approx(1 - most, abs=0.01)
        assert factors.max() == pytest.approx(1 + most, abs=0.01)
    without = change.saturation == 0
    assert without.float().mean() == pytest.approx(0.25, abs=0.03)
    assert change.saturation[~without].min() == pytest.approx(0.55, abs=0.01)
    assert change.gain.shape == (4000, 3, 1, 1)
    assert change.gain.std() == pytest.approx(CONFIG.gain, abs=0.002)


def test_each_photo_is_recoloured_in_its_own_way() -> None:
    change = drawn(CONFIG, 50)
    assert len(set(change.brightness.flatten().tolist())) == 50
    assert len(set(change.gain[:, 0].flatten().tolist())) == 50
