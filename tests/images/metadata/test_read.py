"""PhotoInfo from the EXIF of every format that has one."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from photosearch.errors import ImageError
from photosearch.images.metadata import read
from photosearch.images.metadata.exif import ExifTags, Tags, exif_fields
from photosearch.images.metadata.fields import Moment
from photosearch.images.metadata.read import describe, describe_file, read_info
from photosearch.images.metadata.sidecar import Sidecars
from photosearch.types import PhotoInfo, PhotoTexts
from tests.images.written import FILES, XMP_HEAD, iptc, jpeg, resources, xmp
from tests.images.written import exif as exif_block

Encode = Callable[..., bytes]
TAKEN, DIGITISED, CHANGED = 0x9003, 0x9004, 0x0132
GPS = {1: "N", 2: (39.0, 3.0, 4.84), 3: "W", 4: (94.0, 17.0, 19.58)}


def exif(main: dict[int, Any], photo: dict[int, Any], gps: dict[int, Any]) -> Image.Exif:
    block = Image.Exif()
    block.update(main)
    block.get_ifd(0x8769).update(photo)
    block.get_ifd(0x8825).update(gps)
    return block


def full() -> Image.Exif:
    return exif(
        {0x010F: "Apple", 0x0110: "iPhone 11", 0x0112: 6},
        {TAKEN: "2021:04:11 15:47:53", 0x9011: "-05:00"},
        GPS,
    )


def info(encode: Encode, block: Image.Exif) -> PhotoInfo:
    return read_info(encode(Image.new("RGB", (8, 6)), "JPEG", exif=block))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_every_format_tells_all(name: str, photo: Image.Image, encode: Encode) -> None:
    got = read_info(encode(photo, name, exif=full().tobytes()))
    assert (got.width, got.height) == (64, 96)
    assert (got.taken_at, got.utc_offset_min) == (datetime(2021, 4, 11, 15, 47, 53), -300)
    assert got.latitude == pytest.approx(39.0513444)
    assert got.longitude == pytest.approx(-94.2887722)
    assert got.camera == "Apple iPhone 11"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_open_in_pillow_tells_the_same(
    name: str, photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo, name, exif=full().tobytes())
    with Image.open(io.BytesIO(data)) as image:
        assert read_info(image) == read_info(data)


def test_a_path_tells_the_same(tmp_path: Path, photo: Image.Image, encode: Encode) -> None:
    data = encode(photo, "JPEG", exif=full())
    (tmp_path / "a.jpg").write_bytes(data)
    (tmp_path / "a.jpg.xmp").write_bytes(xmp('xmp:Rating="5"'))
    assert read_info(tmp_path / "a.jpg") == replace(read_info(data), favourite=True)
    assert read_info(str(tmp_path / "a.jpg")) == read_info(tmp_path / "a.jpg")


@pytest.mark.parametrize("name", ["BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP", "HEIF"])
def test_a_picture_without_exif_has_its_size_only(
    name: str, photo: Image.Image, encode: Encode
) -> None:
    assert read_info(encode(photo, name)) == PhotoInfo(width=96, height=64)


def test_imagemagicks_png_text_is_read(photo: Image.Image, encode: Encode) -> None:
    block = full().tobytes()
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Raw profile type exif", f"\nexif\n{len(block):8}\n{block.hex()}\n", zip=True)
    assert read_info(encode(photo, "PNG", pnginfo=chunks)).camera == "Apple iPhone 11"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021:04:11 15:47:53", datetime(2021, 4, 11, 15, 47, 53)),
        ("2021-04-11T15:47:53", datetime(2021, 4, 11, 15, 47, 53)),
        ("2021/4/1 5:07", datetime(2021, 4, 1, 5, 7)),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2021:02:30 10:00:00", None),
        ("2021:04:11 24:00:00", datetime(2021, 4, 11)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(written: str, expected: datetime | None, encode: Encode) -> None:
    assert info(encode, exif({}, {TAKEN: written}, {})).taken_at == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("+05:30", 330), ("-08:00", -480), ("+0100", 60), ("Z", 0), ("+99:00", None),
     ("+01:75", None), ("   :  ", None), ("", None), ("CET", None)],
)  # fmt: skip
def test_offsets(written: str, expected: int | None, encode: Encode) -> None:
    block = exif({}, {TAKEN: "2021:04:11 15:47:53", 0x9011: written}, {})
    assert info(encode, block).utc_offset_min == expected


def test_an_offset_written_behind_the_date_is_read(encode: Encode) -> None:
    got = info(encode, exif({}, {TAKEN: "2021-04-11T15:47:53.120+02:00"}, {}))
    assert (got.taken_at, got.utc_offset_min) == (datetime(2021, 4, 11, 15, 47, 53), 120)


def test_the_date_taken_goes_before_the_others(encode: Encode) -> None:
    dates = {TAKEN: "2001:01:01 01:01:01", DIGITISED: "2002:02:02 02:02:02"}
    main = {CHANGED: "2003:03:03 03:03:03"}
    years = []
    for key in (None, TAKEN, DIGITISED):
        dates.pop(key or 0, None)
        taken_at = info(encode, exif(main, dates, {})).taken_at
        years.append(taken_at.year if taken_at else None)
    assert years == [2001, 2002, 2003]


def test_a_date_keeps_its_own_offset(encode: Encode) -> None:
    block = exif({CHANGED: "2003:03:03 03:03:03"}, {0x9010: "+03:00", 0x9011: "+01:00"}, {})
    assert info(encode, block).utc_offset_min == 180


@pytest.mark.parametrize(
    "change",
    [
        {1: "X"},
        {1: ""},
        {2: (91.0, 0.0, 0.0)},
        {4: (180.0, 1.0, 0.0)},
        {2: (IFDRational(1, 0), 0.0, 0.0)},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: ()},
    ],
)
def test_a_place_that_makes_no_sense_is_none(change: dict[int, Any], encode: Encode) -> None:
    got = info(encode, exif({}, {}, {**GPS, **change}))
    assert (got.latitude, got.longitude) == (None, None)


def test_south_and_west_are_negative(encode: Encode) -> None:
    got = info(encode, exif({}, {}, {**GPS, 1: "S", 3: "w"}))
    assert got.latitude == pytest.approx(-39.0513444)
    assert got.longitude == pytest.approx(-94.2887722)


def test_decimal_minutes_without_seconds_are_read(encode: Encode) -> None:
    seconds = IFDRational(0, 0)
    got = info(encode, exif({}, {}, {**GPS, 2: (43.0, 47.135666, seconds)}))
    assert got.latitude == pytest.approx(43.7855944)


# exiftool -n -GPSLatitude# -Composite:GPSLatitude reads text so too
@pytest.mark.parametrize("written", [b"28.184478", b"28 11 4.1208\0", b"28,11.0687", b"28.184478N"])
@pytest.mark.parametrize("side", [b"N\0", b"n", b"North\0", (78, 0)])
def test_degrees_written_as_text_are_read(written: bytes, side: bytes | tuple[int, ...]) -> None:
    told = exif_fields(ExifTags(gps={1: side, 2: written, 3: b"W\0", 4: b"14.160669"}))
    assert told.place is not None
    assert told.place.latitude == pytest.approx(28.184478, abs=1e-6)
    assert told.place.longitude == -14.160669


@pytest.mark.parametrize(
    ("day", "time"),
    [("", (1.0, 2.0, 3.0)), ("2008:10:23", ()), ("2008:10:23", (25.0, 0.0, 0.0)),
     ("2008:10:23", (float("nan"), 0.0, 0.0)), ("0000:00:00", (1.0, 2.0, 3.0))],
)  # fmt: skip
def test_half_a_time_of_satellites_is_none(day: str, time: tuple[float, ...]) -> None:
    told = exif_fields(ExifTags(gps={29: day.encode(), 7: time}))
    assert told.instant is None


# exiftool -GPSDateStamp gives 2018:08:08 for all but those with a time or blanks, which it prints
@pytest.mark.parametrize(
    "day",
    [b"2018:08:08\0", b"2018\00008\00008\0", b"2018\0:08\0:08\0", b"2018-08-08", b"2018 08 08",
     b"20180808", b"2018:08:08 07:05:03", b"2018-08-08T07:05:03Z", b"2018:08:08 25:00:00",
     b"20180808070503", tuple(b"2018:08:08\0")],
)  # fmt: skip
def test_only_the_day_of_the_satellites_date_counts(day: bytes | tuple[int, ...]) -> None:
    told = exif_fields(ExifTags(gps={29: day, 7: (7.0, 5.0, 3.0)}))
    assert told.instant == Moment(datetime(2018, 8, 8, 7, 5, 3), 0)


def test_hour_24_of_the_satellites_is_hour_0() -> None:
    told = exif_fields(ExifTags(gps={29: b"2018:08:08", 7: (24.0, 5.0, 3.0)}))
    assert told.instant == Moment(datetime(2018, 8, 8, 0, 5, 3), 0)


@pytest.mark.parametrize("name", ["main", "exif"])
def test_a_date_is_read_in_either_directory(name: str) -> None:
    tags: Tags = {TAKEN: b"2016:05:06 07:08:09\0", 0x9011: b"-03\0"}
    told = exif_fields(ExifTags(**{name: tags}))
    assert told.taken == Moment(datetime(2016, 5, 6, 7, 8, 9), -180)


def test_a_zero_in_one_directory_does_not_hide_the_date_in_the_other() -> None:
    good, zero = b"2016:05:06 07:08:09", b"0000:00:00 00:00:00"
    told = exif_fields(ExifTags(main={TAKEN: good}, exif={TAKEN: zero}))
    assert told.taken is not None


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION", "NIKON D70s", "NIKON D70s"),
        ("SONY ", " DSC-D700 ", "SONY DSC-D700"),
        ("Jolla", "Jolla", "Jolla"),
        ("Canon", "", "Canon"),
        ("", "E950", "E950"),
        ("  ", "", None),
    ],
)
def test_the_make_is_not_repeated(
    make: str, model: str, camera: str | None, encode: Encode
) -> None:
    assert info(encode, exif({0x010F: make, 0x0110: model}, {}, {})).camera == camera


def test_broken_exif_costs_nothing_but_itself(photo: Image.Image, encode: Encode) -> None:
    data = encode(photo, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xa5" * 60)
    assert read_info(data) == PhotoInfo(width=96, height=64)


def test_a_file_that_is_no_picture_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(ImageError):
        read_info(tmp_path / "a.jpg")


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=6)), max_size=6),
)
def test_a_damaged_file_tells_something_or_is_a_typed_error(
    name: str, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(FILES[name][0])
    for at, junk in changes:
        data[at : at + len(junk)] = junk
    with warnings.catch_warnings(), contextlib.suppress(ImageError):
        warnings.simplefilter("ignore")  # of Pillow's TIFF reader, about odd tags
        assert isinstance(read_info(bytes(data)), PhotoInfo)


# exiftool -DateTimeOriginal reads each; of two blocks it prints the second
@pytest.mark.parametrize("head", [b"Exif\0\0", b"Exif\0\xff", b"\0\0Exif\0\0", b"EXIF\0\0"])
def test_the_head_of_exif_may_be_odd(head: bytes) -> None:
    first, second = (exif_block({TAKEN: f"{year}:08:08 07:05:03"})[6:] for year in (2018, 2001))
    data = jpeg((0xE1, head + first), (0xE1, head + second))
    assert read_info(data).taken_at == datetime(2018, 8, 8, 7, 5, 3)


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_the_same_if_only_its_beginning_is_read(name: str, tmp_path: Path) -> None:
    data, _ = FILES[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert describe_file(path) == describe(data, sidecars=Sidecars())


@pytest.mark.parametrize("before", [0, 3, 5, 9])
def test_metadata_far_from_the_beginning_is_read(before: int, tmp_path: Path) -> None:
    filler = [(0xE5, bytes(65_000))] * before
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(*filler, (0xE1, XMP_HEAD + xmp('dc:title="Far"'))) + bytes(10**6))
    assert describe_file(path).texts == PhotoTexts(title="Far")


def test_of_a_jpeg_only_the_beginning_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg((0xE1, XMP_HEAD + xmp('dc:title="Near"'))))
    monkeypatch.setattr(read, "whole_file", None)
    assert describe_file(path).texts.title == "Near"


def test_the_words_of_a_sidecar_go_before_those_of_exif_xmp_and_iptc(tmp_path: Path) -> None:
    block = exif_block({}, {0x010E: "of EXIF"})
    record = resources((0x0404, iptc(d5="of IPTC", d120="of IPTC", d25="of IPTC")))
    segments = [(0xED, b"Photoshop 3.0\0" + record)]
    path = tmp_path / "a.jpg"

    def texts() -> PhotoTexts:
        path.write_bytes(jpeg(*segments))
        return describe_file(path).texts

    assert texts() == PhotoTexts("of IPTC", "of IPTC", ("of IPTC",))
    segments.insert(0, (0xE1, XMP_HEAD + xmp('dc:title="of XMP" dc:description="of XMP"')))
    assert texts() == PhotoTexts("of XMP", "of XMP", ("of IPTC",))
    segments.insert(0, (0xE1, block))
    assert texts() == PhotoTexts("of XMP", "of EXIF", ("of IPTC",))
    path.with_suffix(".xmp").write_bytes(xmp('dc:description="of the sidecar"'))
    assert texts() == PhotoTexts("of XMP", "of the sidecar", ("of IPTC",))


def test_iptc_that_is_newer_than_xmp_goes_before_it() -> None:
    record = resources((0x0425, bytes(16)), (0x0404, iptc(d5="of IPTC")))
    data = jpeg((0xE1, XMP_HEAD + xmp('dc:title="of XMP"')), (0xED, b"Photoshop 3.0\0" + record))
    assert describe(data, sidecars=Sidecars()).texts.title == "of IPTC"
