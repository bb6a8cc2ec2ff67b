"""Cameras by year, and the names that they give."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from photosearch.testing.library.cameras import (
    APPLE,
    CAMERAS,
    GOOGLE,
    Camera,
    FileNames,
    draw_camera,
)
from photosearch.testing.library.chance import Chance

LOCAL = datetime(2021, 7, 4, 15, 30, 12)
AT = datetime(2021, 7, 4, 13, 30, 12, 345678, tzinfo=UTC)


def name(names: FileNames, camera: Camera | None) -> str:
    return names.path("Lisbon", camera, utc=AT, local=LOCAL)


def test_names_are_those_of_phones_cameras_and_screens() -> None:
    names = FileNames()
    assert name(names, APPLE[0]) == "Lisbon/IMG_2034.JPG"
    assert name(names, GOOGLE[0]) == "Lisbon/PXL_20210704_133012345.jpg"
    assert name(names, CAMERAS[1]) == "Lisbon/DSC02035.JPG"
    assert name(names, None) == "Lisbon/Screenshot_2021-07-04-15-30-12.png"


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = FileNames()
    assert [name(names, GOOGLE[0]) for _ in range(3)] == [
        f"Lisbon/PXL_20210704_133012345{end}.jpg" for end in ("", " (1)", " (2)")
    ]


def test_numbers_begin_again_after_9999() -> None:
    names = FileNames()
    paths = [name(names, APPLE[0]) for _ in range(10_001)]
    assert len(set(paths)) == len(paths)
    assert paths[-1] == "Lisbon/IMG_2034 (1).JPG"


@pytest.mark.parametrize(
    ("year", "models"),
    [
        (1999, {"Apple iPhone 6", "Google Pixel 2"}),
        (2019, {"Apple iPhone XS", "Google Pixel 2"}),
        (2050, {"Apple iPhone 13 Pro", "Google Pixel 6"}),
    ],
)
def test_a_phone_is_the_newest_of_its_year(year: int, models: set[str]) -> None:
    chance = Chance(1, "phones")
    assert {draw_camera(chance, year, None, is_phone=True).name for _ in range(50)} == models


def test_portraits_are_taken_by_iphones() -> None:
    chance = Chance(1, "phones")
    drawn = {draw_camera(chance, 2019, "portrait", is_phone=True).name for _ in range(50)}
    assert drawn == {"Apple iPhone XS"}


def test_a_lens_tells_the_front_of_a_phone_and_cameras_have_none() -> None:
    phones = (*APPLE, *GOOGLE)
    assert all("front" in (phone.lens(front=True) or "") for phone in phones)
    assert all("back" in (phone.lens(front=False) or "") for phone in phones)
    assert {camera.lens(front=True) for camera in CAMERAS} == {None}
