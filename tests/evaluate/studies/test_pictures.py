"""Photos that threads decode."""

from __future__ import annotations

from pathlib import Path
from threading import Lock, current_thread

import pytest
from PIL import Image

from photosearch.errors import ImageError
from photosearch.evaluate.studies.pictures import AHEAD, map_photos


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{side}.png" for side in range(1, 41)]
    for side, path in enumerate(found, start=1):
        Image.new("RGB", (side, 1)).save(path)
    return found


def test_results_come_in_order_from_other_threads(paths: list[Path]) -> None:
    found = list(map_photos(paths, lambda picture: (picture.width, current_thread().name)))
    assert [width for width, _ in found] == list(range(1, 41))
    assert {name.split("_")[0] for _, name in found} == {"studies"}


def test_few_photos_are_worked_on_before_they_are_taken(paths: list[Path]) -> None:
    lock, worked = Lock(), []

    def work(picture: Image.Image) -> int:
        with lock:
            worked.append(picture.width)
        return picture.width

    made = map_photos(paths, work)
    for taken in range(1, 31):
        assert next(made) == taken
        assert len(worked) < taken + AHEAD
    made.close()  # type: ignore[attr-defined]
    assert len(worked) < 30 + AHEAD


def test_the_first_unreadable_photo_ends_it(paths: list[Path]) -> None:
    paths[5].write_bytes(b"")
    made = map_photos(paths, lambda picture: picture.width)
    assert [next(made) for _ in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(ImageError) as caught:
        next(made)
    assert caught.value.__notes__ == [f"photo: {paths[5]}"]
