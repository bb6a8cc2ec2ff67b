"""Pictures from a folder, each used once, and from damaged folders."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import UsageError
from photosearch.testing import LibraryPlan, draw_photo
from photosearch.testing.library.pixels import open_pixels
from tests.testing.library.example import PHOTO

PLAN = LibraryPlan(side=64)
COLORS = ("red", "blue", "green", "cyan", "magenta")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for color in COLORS:
        path = tmp_path / color[0] / f"{color}.png"
        path.parent.mkdir(exist_ok=True)
        draw_photo(f"{color} disc on white", width=320, height=200).save(path)
    return tmp_path


def names(*colors: str) -> set[str]:
    return {f"{color[0]}/{color}.png" for color in colors}


def test_each_picture_is_used_once_before_one_is_used_again(folder: Path) -> None:
    pixels = open_pixels(PLAN, folder, {})
    used = Counter(pixels.picture(PHOTO)[0] for _ in range(12))
    assert set(used) == names(*COLORS)
    assert sorted(used.values()) == [2, 2, 2, 3, 3]


def test_a_photo_of_a_theme_takes_a_picture_that_shows_it(folder: Path) -> None:
    themes = {"r/red.png": "beach", "b/blue.png": "beach", "g/green.png": "garden"}
    pixels = open_pixels(PLAN, folder, themes)
    assert {pixels.picture(PHOTO)[0] for _ in range(2)} == names("red", "blue")
    assert {pixels.picture(PHOTO)[0] for _ in range(3)} == names("green", "cyan", "magenta")


def test_photos_of_a_burst_are_one_picture_a_little_changed(folder: Path) -> None:
    pixels = open_pixels(PLAN, folder, {})
    photo = replace(PHOTO, media="burst", burst=1)
    shots = [pixels.picture(photo) for _ in range(4)]
    assert len({source for source, _ in shots}) == 1
    arrays = [np.asarray(image, np.int16) for _, image in shots]
    for one, other in pairwise(arrays):
        assert one.shape == other.shape
        assert 0 < np.abs(one - other).mean() < 25


def test_pictures_are_scaled_down_and_never_up(tmp_path: Path) -> None:
    draw_photo("red disc on white", width=200, height=100).save(tmp_path / "large.png")
    draw_photo("red disc on white", width=7, height=9).save(tmp_path / "small.png")
    pixels = open_pixels(PLAN, tmp_path, {})
    sizes = {source: image.size for source, image in (pixels.picture(PHOTO) for _ in range(2))}
    assert sizes == {"large.png": (64, 32), "small.png": (7, 9)}


def test_panoramas_are_wide_and_screenshots_upright(folder: Path) -> None:
    pixels = open_pixels(PLAN, folder, {})
    _, wide = pixels.picture(replace(PHOTO, media="panorama"))
    _, screen = pixels.picture(replace(PHOTO, media="screenshot"))
    assert wide.size == (64, 26)
    assert screen.size == (36, 64)
    assert screen.getpixel((5, 0)) == (0, 0, 0)


def test_a_picture_of_a_screen_gets_no_screen_around_it(folder: Path) -> None:
    pixels = open_pixels(PLAN, folder, {"r/red.png": "screenshot"})
    source, screen = pixels.picture(replace(PHOTO, media="screenshot", theme="screenshot"))
    assert (source, screen.size) == ("r/red.png", (64, 40))


@pytest.mark.parametrize("media", ["panorama", "screenshot", "burst", None])
def test_a_picture_of_one_pixel_is_enough(tmp_path: Path, media: str | None) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    photo = replace(PHOTO, media=media, burst=1 if media == "burst" else None)  # type: ignore[arg-type]
    _, image = open_pixels(PLAN, tmp_path, {}).picture(photo)
    assert min(image.size) == 1


def test_what_cannot_be_read_is_skipped_and_told(folder: Path) -> None:
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("no picture")
    whole = (folder / "r" / "red.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    pixels = open_pixels(PLAN, folder, {})
    assert {pixels.picture(PHOTO)[0] for _ in range(20)} == names(*COLORS)
    assert pixels.unreadable == {"empty.jpg", "text.jpg", "cut.png", "gone.jpg"}


def test_a_folder_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    pixels = open_pixels(PLAN, tmp_path, {})
    with pytest.raises(UsageError, match="1 files none of which can be read"):
        pixels.picture(PHOTO)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UsageError, match="without a picture"):
        open_pixels(PLAN, tmp_path, {})


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(UsageError, match="expected a folder of pictures"):
        open_pixels(PLAN, tmp_path / name, {})


def test_themes_of_no_picture_are_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="themes: got 'red.png'"):
        open_pixels(PLAN, folder, {"red.png": "beach"})


def test_a_folder_may_be_named_from_where_one_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "r")
    assert open_pixels(PLAN, "../r", {}).picture(PHOTO)[0] == "red.png"


def test_without_a_folder_photos_are_drawn_and_named_after_what_they_show() -> None:
    pixels = open_pixels(PLAN, None, {})
    source, image = pixels.picture(PHOTO)
    assert image.tobytes() == draw_photo(source, width=64, height=48).tobytes()
    assert len({pixels.picture(PHOTO)[0] for _ in range(279)}) == 279
