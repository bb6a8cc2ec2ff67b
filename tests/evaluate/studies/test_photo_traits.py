"""Dark, small and blurred photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageEnhance, ImageFilter

from photosearch.errors import ImageError, UsageError
from photosearch.evaluate.studies.photo_traits import (
    PhotoTraits,
    TraitBounds,
    by_traits,
    photo_traits,
    read_traits,
)
from photosearch.images import open_image, sample_photos
from photosearch.progress import Progress


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    paths = sample_photos(extra="demo", purpose="a test", packages=["skimage"])
    return open_image(next(path for path in paths if path.name == "astronaut.png"))


def named(traits: PhotoTraits) -> set[str]:
    return {name.split()[0] for name, mask in by_traits([traits]).items() if mask[0]}


def test_each_photo_is_in_the_slice_of_what_was_done_to_it(portrait: Image.Image) -> None:
    assert named(photo_traits(portrait)) == set()
    assert named(photo_traits(ImageEnhance.Brightness(portrait).enhance(0.3))) >= {"dark"}
    assert named(photo_traits(portrait.filter(ImageFilter.GaussianBlur(4)))) == {"blurred"}
    assert named(photo_traits(portrait.resize((300, 223)))) == {"small"}


def test_sharpness_is_the_greatest_variance_of_the_laplacian_in_tiles(
    portrait: Image.Image,
) -> None:
    square = portrait.resize((224, 224))
    luma = np.pad(np.asarray(square.convert("L"), float), 1, "symmetric")
    operator = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    edges = (sliding_window_view(luma, (3, 3)) * operator).sum(axis=(2, 3))
    tiles = [edges[y : y + 28, x : x + 28] for y in range(0, 224, 28) for x in range(0, 224, 28)]
    found = photo_traits(square)
    assert found.sharpness == pytest.approx(max(tile.var() for tile in tiles))
    assert found.luma == pytest.approx(np.asarray(square.convert("L"), float).mean())


def test_a_subject_in_focus_before_a_soft_background_is_not_blurred(portrait: Image.Image) -> None:
    soft = portrait.filter(ImageFilter.GaussianBlur(8))
    box = (160, 60, 300, 200)
    soft.paste(portrait.crop(box), box)
    assert "blurred" not in named(photo_traits(soft))


def test_a_picture_of_one_colour_has_no_sharpness() -> None:
    found = photo_traits(Image.new("RGB", (1, 1), (255, 0, 0)))
    assert found == PhotoTraits(luma=76.0, shorter_side=1, sharpness=0.0)


def test_files_are_read_in_their_order(portrait: Image.Image, tmp_path: Path) -> None:
    paths = [tmp_path / f"{side}.png" for side in range(30, 50)]
    for side, path in enumerate(paths, start=30):
        portrait.resize((side, 60)).save(path)
    told: list[Progress] = []
    found = read_traits(paths, progress=told.append)
    assert [each.shorter_side for each in found] == list(range(30, 50))
    assert [each.done for each in told] == list(range(1, 21))


def test_a_file_that_is_no_photo_is_an_error(portrait: Image.Image, tmp_path: Path) -> None:
    portrait.save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(ImageError) as caught:
        read_traits([tmp_path / "good.png", tmp_path / "bad.png"])
    assert "bad.png" in caught.value.__notes__[0]


def test_bounds_are_what_the_slices_say() -> None:
    traits = [PhotoTraits(luma=100, shorter_side=300, sharpness=500)]
    assert {
        name: bool(mask[0]) for name, mask in by_traits(traits, TraitBounds(101, 300, 501)).items()
    } == {
        "dark (mean luma below 101)": True,
        "small (shorter side below 300 px)": False,
        "blurred (sharpness below 501)": True,
    }


def test_no_photos_are_an_error() -> None:
    assert read_traits([]) == []
    with pytest.raises(UsageError, match="got no photos"):
        by_traits([])
