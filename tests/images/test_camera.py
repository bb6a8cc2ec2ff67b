"""Real camera files: upright, or skipped with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import ImageError
from photosearch.images.find import find_photos
from photosearch.images.load import load_photo, open_image
from photosearch.images.metadata.read import read_info
from photosearch.manifest import ImageSpec


@pytest.fixture(scope="module")
def camera(shared_data: Path) -> Path:
    folder = shared_data / "camera"
    if not folder.is_dir():
        pytest.skip("no camera files in the shared data")
    return folder


def test_every_file_loads_or_says_why(camera: Path) -> None:
    loaded, reasons = 0, []
    for found in find_photos([camera]):
        try:
            photo = load_photo(found.path, image=ImageSpec(size=64))
        except ImageError as error:
            reasons.append(str(error))
        else:
            loaded += int(photo.pixels.std() > 5)
    assert loaded >= 55
    assert all(reasons)


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
@pytest.mark.parametrize("number", range(2, 9))
def test_all_orientations_look_like_the_first(shape: str, number: int, camera: Path) -> None:
    folder = camera / "jpg" / "orientation"
    first, other = (
        np.asarray(open_image(folder / f"{shape}_{n}.jpg").resize((48, 48)), float)
        for n in (1, number)
    )
    assert np.abs(first - other).mean() < 12  # the number painted on the photo differs


def test_an_iphone_photo_tells_when_and_where(camera: Path) -> None:
    info = read_info(camera / "heic" / "IMG_5195.HEIC")
    assert (info.width, info.height) == (2566, 3313)
    assert str(info.taken_at) == "2021-04-11 15:47:53"
    assert info.utc_offset_min == -300
    assert info.latitude == pytest.approx(39.051344, abs=1e-5)
    assert info.longitude == pytest.approx(-94.288772, abs=1e-5)
    assert info.camera == "Apple iPhone 11 Pro Max"
