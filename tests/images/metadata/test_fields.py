"""Dates, offsets and coordinates as cameras and programs really write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.fields import (
    LATITUDE,
    LONGITUDE,
    Moment,
    degrees_from_parts,
    degrees_from_text,
    make_place,
    parse_moment,
    parse_offset,
)


# exiftool 12.57 -d "%Y-%m-%dT%H:%M:%S" -DateTimeOriginal gives the same for each (-PNG:CreationTime
# for those with a month's name) but for hour 24 and second 60, which it carries over or leaves,
# and for what is written without separators, which it prints as it is.
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015:08:22 24:08:19", datetime(2015, 8, 22, 0, 8, 19)),
        ("2018:08:18", datetime(2018, 8, 18)),
        ("2018:08:18 ", datetime(2018, 8, 18)),
        ("2018:08:18   :  :  ", datetime(2018, 8, 18)),
        ("2018:08", datetime(2018, 8, 1)),
        ("2018:08:18 16:45", datetime(2018, 8, 18, 16, 45)),
        ("2018: 8: 1  6: 5: 9", datetime(2018, 8, 1, 6, 5, 9)),
        ("2018:8:1 6:5:9", datetime(2018, 8, 1, 6, 5, 9)),
        (" 2018:08:18 16:45:12", datetime(2018, 8, 18, 16, 45, 12)),
        ("2018:08:18:16:45:12", datetime(2018, 8, 18, 16, 45, 12)),
        ("2018/08/18 16:45:12", datetime(2018, 8, 18, 16, 45, 12)),
        ("2018.08.18 16.45.12", datetime(2018, 8, 18, 16, 45, 12)),
        ("2018-08-18T16:45:12.345", datetime(2018, 8, 18, 16, 45, 12)),
        ("20180818T164512", datetime(2018, 8, 18, 16, 45, 12)),
        ("20180818 164512", datetime(2018, 8, 18, 16, 45, 12)),
        ("20180818164512", datetime(2018, 8, 18, 16, 45, 12)),
        ("20180818", datetime(2018, 8, 18)),
        ("2018:08:18 16:45:60", datetime(2018, 8, 18, 16, 45, 59)),
        ("Sat, 18 Aug 2018 16:45:12 GMT", datetime(2018, 8, 18, 16, 45, 12)),
        ("18 August 2018 16:45", datetime(2018, 8, 18, 16, 45)),
        ("18 Aug 98 16:45:12 EST", datetime(1998, 8, 18, 16, 45, 12)),
    ],
)
def test_a_date_is_understood(written: str, expected: datetime) -> None:
    found = parse_moment(written)
    assert found is not None
    assert found.at == expected


@pytest.mark.parametrize("written", [
    "", " ", "0000:00:00 00:00:00", "    :  :     :  :  ", "0000:00:00", "0000-00-00T00:00:00Z",
    "0001:01:01 00:00:00", "2018:00:00 00:00:00", "2018:13:01 00:00:00", "2018:02:30 10:00:00",
    "9999:99:99 99:99:99",
    "18:08:18 16:45:12", "1534610712", "123", "yesterday", "\xff" * 300, "31 Feb 2018 10:00:00",
])  # fmt: skip
def test_an_impossible_date_is_none(written: str) -> None:
    assert parse_moment(written) is None


# exiftool -DateTimeOriginal prints these as they are written: the day can be read in each
@pytest.mark.parametrize("time", ["25:00:00", "16:60:00", "07:60:03", "16:45:61", "99:99:99"])
def test_an_impossible_time_leaves_the_day(time: str) -> None:
    assert parse_moment(f"2018:08:18 {time}") == Moment(datetime(2018, 8, 18))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("-03", -180), ("+5:30", 330), ("+05:30", 330), ("+0530", 330), ("-530", -330), ("UTC+2", 120),
     ("UTC-02:30", -150), ("GMT+1", 60), ("Z", 0), ("z", 0), ("UTC", 0), ("+14:00", 840),
     ("+00:00", 0), ("\N{MINUS SIGN}03:00", -180), (" -03:00 ", -180), ("+ 2:00", 120),
     (".345+02:00", 120), ("EST", -300), ("   :  ", None), ("", None), ("CET", None),
     ("03:00", None), ("+99:00", None), ("+01:75", None), ("+16", None), ("+-3", None)],
)  # fmt: skip
def test_an_offset_is_understood(written: str, expected: int | None) -> None:
    assert parse_offset(written) == expected


def test_an_offset_of_its_own_goes_before_one_behind_the_time() -> None:
    at = datetime(2018, 8, 18, 16, 45, 12)
    written = "2018-08-18T16:45:12+02:00"
    assert parse_moment(written, "-03") == Moment(at, -180)
    assert parse_moment(written, "   :  ") == Moment(at, 120)


@pytest.mark.parametrize(
    ("parts", "side", "expected"),
    [((33.5,), "S", -33.5), ((33.0, 30.0), "n", 33.5), ((33.0, 29.0, 60.0), "North", 33.5),
     ((33.0, 30.0, 0.0, 7.0), "N\0", 33.5), ((-33.5, 0.0, 0.0), "S", -33.5),
     ((), "N", None), ((33.5,), "", None), ((33.5,), "E", None), ((91.0,), "N", None),
     ((float("nan"),), "N", None), ((float("inf"),), "N", None)],
)  # fmt: skip
def test_degrees_need_a_hemisphere(
    parts: tuple[float, ...], side: str, expected: float | None
) -> None:
    assert degrees_from_parts(parts, side.rstrip("\0"), LATITUDE) == expected


def test_half_a_place_and_the_place_of_no_fix_are_none() -> None:
    assert make_place(1.0, None) is None
    assert make_place(0.0, 0.0) is None
    assert make_place(0.0, 1.0) is not None


@settings(max_examples=300)
@given(st.text(max_size=40), st.text("0123456789:-/.TZ +NSEW,e", max_size=40))
def test_no_text_can_make_it_fail(any_text: str, near: str) -> None:
    for written in (any_text, near):
        parse_moment(written, near)
        parse_offset(written)
        for axis in (LATITUDE, LONGITUDE):
            degrees = degrees_from_text(written, near, axis)
            assert degrees is None or abs(degrees) <= axis.most
