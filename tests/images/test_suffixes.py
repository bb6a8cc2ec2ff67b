"""Which files of a folder count as photos, films and other pictures, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.images.test_find import kinds, put


def test_films_and_pictures_of_other_kinds_are_counted(tmp_path: Path) -> None:
    put(*(tmp_path / name for name in ("a.MOV", "b.psd", "c.txt", "d.ts", "._e.mov", "f.xmp")))
    assert kinds(tmp_path) == {"a.MOV": ".MOV", "b.psd": ".PSD"}


@pytest.mark.parametrize("film", ["IMG_1.MOV", "img_1.mov", "IMG_1_HEVC.MOV", "IMG_1.HEIC.MOV"])
def test_the_film_of_a_live_photo_is_known_by_the_photo_beside_it(
    tmp_path: Path, film: str
) -> None:
    put(tmp_path / "IMG_1.HEIC", tmp_path / film, tmp_path / "IMG_10.MOV")
    assert kinds(tmp_path) == {film: f"Live Photo {film[-4:].upper()}", "IMG_10.MOV": ".MOV"}


def test_a_film_in_another_folder_than_the_photo_is_no_live_photo(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.heic", tmp_path / "b" / "x.mov")
    assert kinds(tmp_path) == {"x.mov": ".MOV"}


@pytest.mark.parametrize("film", ["IMG_1.MP4", "IMG_1.m4v", "IMG_1_HEVC.mp4"])
def test_a_film_of_another_kind_beside_a_photo_is_no_live_photo(tmp_path: Path, film: str) -> None:
    put(tmp_path / "IMG_1.HEIC", tmp_path / film)
    assert kinds(tmp_path) == {film: film[-4:].upper()}


def test_icons_thumbnails_drawings_and_textures_are_counted_and_documents_are_not(
    tmp_path: Path,
) -> None:
    put(*(tmp_path / name for name in ("a.ico", "b.THM", "c.svg", "d.dds", "e.pdf")))
    found = {"a.ico": ".ICO", "b.THM": ".THM", "c.svg": ".SVG", "d.dds": ".DDS"}
    assert kinds(tmp_path) == found
