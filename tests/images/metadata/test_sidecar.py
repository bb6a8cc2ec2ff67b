"""Files beside a photo: which of them speak of it, and what they may say."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.load import load_photo
from photosearch.images.metadata.read import describe_file, read_info
from photosearch.images.metadata.sidecar import (
    forget_listings,
    sidecar_fingerprint,
    sidecar_paths,
    takeout_fields,
    takeout_texts,
)
from photosearch.manifest import ImageSpec
from photosearch.types import PhotoTexts
from tests.images.written import DATED, PLACED, TAKEN, exif, jpeg, xmp

JSON = {
    "title": "a.jpg",
    "photoTakenTime": {"timestamp": "1614834367", "formatted": "Mar 4, 2021, 5:06:07 AM UTC"},
    "geoData": {"latitude": 28.184478, "longitude": -14.160669, "altitude": 0.0},
}
AT = datetime(2021, 3, 4, 5, 6, 7)


@pytest.fixture(autouse=True)
def _folders_are_listed_anew() -> None:
    forget_listings()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """2019-01-02 by its EXIF."""
    path = tmp_path / "IMG_1.JPG"
    path.write_bytes(jpeg((0xE1, exif({TAKEN: "2019:01:02 03:04:05"}))))
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    return path


@pytest.mark.parametrize("name", ["IMG_1.xmp", "img_1.XMP", "IMG_1.JPG.xmp", "img_1.jpg.Xmp"])
def test_a_sidecar_is_found_in_any_case_and_goes_before_the_photo(name: str, photo: Path) -> None:
    photo.with_name(name).write_bytes(DATED)
    info = read_info(photo)
    assert (info.taken_at, info.utc_offset_min) == (AT, 120)
    assert load_photo(photo, image=ImageSpec(size=8)).info == info


@pytest.mark.parametrize("name", ["IMG_10.xmp", "IMG_1.jpg.xmp.bak", "IMG_1", "IMG_1.JPG.JPG.xmp"])
def test_other_files_are_not_asked(name: str, photo: Path) -> None:
    photo.with_name(name).write_bytes(DATED)
    assert read_info(photo).taken_at == datetime(2019, 1, 2, 3, 4, 5)


def test_the_sidecar_of_the_whole_name_goes_before_that_of_the_stem(photo: Path) -> None:
    photo.with_name("IMG_1.xmp").write_bytes(DATED)
    photo.with_name("IMG_1.JPG.xmp").write_bytes(xmp('photoshop:DateCreated="2020"'))
    assert [path.name for path in sidecar_paths(photo)] == ["IMG_1.JPG.xmp", "IMG_1.xmp"]
    taken_at = read_info(photo).taken_at
    assert taken_at == AT  # exif:DateTimeOriginal is the better of the two properties
    photo.with_name("IMG_1.JPG.xmp").write_bytes(xmp('exif:DateTimeOriginal="2020"'))
    assert read_info(photo).taken_at == datetime(2020, 1, 1)


def test_what_a_sidecar_does_not_say_the_photo_does(photo: Path) -> None:
    photo.with_name("IMG_1.xmp").write_bytes(PLACED)
    info = read_info(photo)
    assert info.taken_at == datetime(2019, 1, 2, 3, 4, 5)
    assert (info.latitude, info.longitude) == pytest.approx((28.184478, -14.160669), abs=1e-6)


def test_the_rating_of_a_sidecar_decides(photo: Path) -> None:
    photo.write_bytes(jpeg((0xE1, exif({}, {0x4746: 5}))))
    assert read_info(photo).favourite
    photo.with_name("IMG_1.xmp").write_bytes(xmp('xmp:Rating="3"'))
    assert not read_info(photo).favourite


@pytest.mark.parametrize("content", [b"", b"no XML", b"\xff" * 100, DATED[: len(DATED) // 3]])
def test_a_broken_sidecar_says_nothing(content: bytes, photo: Path) -> None:
    photo.with_name("IMG_1.xmp").write_bytes(content)
    assert read_info(photo).taken_at == datetime(2019, 1, 2, 3, 4, 5)


def test_what_is_no_regular_file_is_no_sidecar(photo: Path) -> None:
    photo.with_name("IMG_1.xmp").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(photo.with_name("IMG_1.JPG.xmp"))
    photo.with_name("IMG_1.JPG.json").symlink_to("nowhere")
    assert read_info(photo).taken_at == datetime(2019, 1, 2, 3, 4, 5)


def test_the_look_changes_with_every_sidecar(photo: Path) -> None:
    looks = [sidecar_fingerprint(photo)]
    sidecar = photo.with_name("IMG_1.xmp")
    for content in (DATED, PLACED, DATED + b" "):
        sidecar.write_bytes(content)
        forget_listings()
        looks.append(sidecar_fingerprint(photo))
    sidecar.unlink()
    forget_listings()
    assert looks[0] == sidecar_fingerprint(photo) == 0
    assert len(set(looks)) == 4
    assert all(0 <= look < 2**63 for look in looks)


def test_a_photo_in_no_folder_has_no_sidecars() -> None:
    assert sidecar_paths(Path("nowhere/at/all.jpg")) == []
    assert sidecar_fingerprint(Path("nul\0byte.jpg")) == 0


@pytest.mark.parametrize(
    ("name", "json_name"),
    [
        ("a.jpg", "a.jpg.json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json"),
        ("A.JPG", "a.jpg.Supplemental-Metadata.json"),
        ("a(2).jpg", "a.jpg(2).json"),
        ("a(2).jpg", "a.jpg.supplemental-metadata(2).json"),
        ("a-edited.jpg", "a.jpg.json"),
        ("PXL_20210304_050607.PORTRAIT.jpg", "PXL_20210304_050607.PORTRAIT.jpg.supplemental-.json"),
        ("x" * 60 + ".jpg", "x" * 46 + ".json"),
    ],
)  # fmt: skip
def test_takeouts_names_are_found(name: str, json_name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(jpeg())
    (tmp_path / json_name).write_text(json.dumps(JSON))
    info = read_info(tmp_path / name)
    assert (info.taken_at, info.utc_offset_min) == (AT, 0)
    assert (info.latitude, info.longitude) == (28.184478, -14.160669)


def test_takeout_comes_after_the_photo_itself(photo: Path) -> None:
    photo.with_name("IMG_1.JPG.json").write_text(json.dumps(JSON))
    info = read_info(photo)
    assert (info.taken_at, info.utc_offset_min) == (datetime(2019, 1, 2, 3, 4, 5), None)
    assert info.latitude == 28.184478


def test_a_favourite_of_google_photos_is_one(bare: Path) -> None:
    bare.with_name("a.jpg.json").write_text(json.dumps({**JSON, "favorited": True}))
    assert read_info(bare).favourite


@pytest.mark.parametrize(
    "change",
    [
        {"photoTakenTime": {"timestamp": "0"}},
        {"photoTakenTime": {"timestamp": "soon"}},
        {"photoTakenTime": {"timestamp": "9" * 5000}},
        {"photoTakenTime": {"timestamp": float("inf")}},
        {"photoTakenTime": {}},
        {"photoTakenTime": "1614834367"},
        {"geoData": {"latitude": 0.0, "longitude": 0.0}},
        {"geoData": {"latitude": 91, "longitude": 0}},
        {"geoData": {"latitude": True, "longitude": "1"}},
        {"geoData": {"latitude": float("nan"), "longitude": 1.0}},
        {"geoData": []},
    ],
)
def test_takeouts_zeros_and_nonsense_are_none(change: dict[str, Any]) -> None:
    told, _ = takeout_fields(json.dumps({**JSON, **change}).encode())
    assert told.place is None or "geoData" not in change
    assert told.instant is None or "photoTakenTime" not in change


def test_the_place_of_the_photo_is_takeouts_second_choice() -> None:
    nowhere = {"latitude": 0.0, "longitude": 0.0}
    given_by_exif = {**JSON, "geoData": nowhere, "geoDataExif": JSON["geoData"]}
    told, _ = takeout_fields(json.dumps(given_by_exif).encode())
    assert told.place is not None


@settings(max_examples=200)
@given(
    st.binary(max_size=100) | st.sampled_from([b"[" * 100_000, b"[]", b"null", b"\xef\xbb\xbf{}"])
)
def test_no_json_can_make_it_fail(data: bytes) -> None:
    takeout_fields(data)


def test_takeout_says_words_too(bare: Path) -> None:
    people = [{"name": "Anna Smith"}, {"name": 5}, "Bo", {}, {"name": "anna smith"}]
    said = {**JSON, "description": " By the\nsea ", "people": people}
    bare.with_name("a.jpg.json").write_text(json.dumps(said))
    texts = describe_file(bare).texts
    assert texts == PhotoTexts(description="By the sea", people=("Anna Smith",))


def test_a_title_of_takeout_that_names_a_file_is_none() -> None:
    titled = json.dumps({**JSON, "title": "At the sea"}).encode()
    assert takeout_texts(titled).title == "At the sea"
    assert takeout_texts(json.dumps(JSON).encode()) == PhotoTexts()


@pytest.mark.parametrize("value", [None, 5, [], {}, "x", [[]], [{"name": []}], True])
def test_takeout_may_have_anything_where_words_belong(value: Any) -> None:
    said = {**JSON, "title": value, "description": value, "people": value}
    found = takeout_texts(json.dumps(said).encode())
    assert found.people == ()
    assert found.title == ("x" if value == "x" else None)


def test_a_sidecar_that_is_no_xml_says_nothing(bare: Path) -> None:
    for junk in (b"", b"no xml", b"\0" * 99, b"<", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"):
        bare.with_suffix(".xmp").write_bytes(junk)
        assert describe_file(bare).texts == PhotoTexts()
