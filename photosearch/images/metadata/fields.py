"""Parses dates, coordinates and camera names, and merges them by the order of their sources.

Dates: EXIF 3.0 (CIPA DC-008-2023), "2021:04:11 15:47:53"; ISO 8601 as XMP uses it (ISO 16684-1,
8.2.1.3), down to "2021"; IPTC IIM 4.2, "20210411" and "154753+0200"; RFC 1123, which PNG asks for.
Read leniently, as exiftool does: what cameras and programs really write is blank-padded, without a
time, or separated by other signs. Fractions of a second are left out.

Coordinates: EXIF 3.0, 4.6.6: three fractions beside a letter; XMP (ISO 16684-1 and its EXIF
namespace): "28,11,4.1N" or "28,11.0687N"; and decimal degrees, which many programs write.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

_LONGEST = 80  # characters of a date or coordinate that are looked at
_YEARS = range(1000, 3000)  # as exiftool's ConvertDateTime; 0000 and 0001 are clocks never set
# One with no separators, one with any; a month or a day may be missing
_DAYS = (
    re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?=\D|\d{4}|\d{6}|$)", re.ASCII),
    re.compile(
        r"\s*(\d{4})(?!\d)(?:[:\-/.]\s*(\d{1,2})(?!\d)(?:[:\-/.]\s*(\d{1,2})(?!\d))?)?", re.ASCII
    ),
)
_TIMES = (
    re.compile(r"[T :]*(\d\d)(\d\d)(\d\d)?(?!\d)", re.ASCII),
    re.compile(r"[T :]+(\d{1,2})\s*[:.]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2}))?", re.ASCII),
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_RFC_1123 = re.compile(
    rf"(\d{{1,2}})[\s-]*({'|'.join(_MONTHS)})[a-z]*[\s-]*(\d{{4}}|\d\d)\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S*)",
    re.ASCII | re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-])\s*(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)
_FRACTION = re.compile(r"[.,]\d+", re.ASCII)
_MAX_OFFSET_MIN = 15 * 60  # the world uses -12:00 to +14:00
_ZONES = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0}  # and RFC 822's, hours east
_ZONES |= {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_SIDE = re.compile(
    r"\s*([NSEW])[^a-z]|.*?([NSEW])(?:orth|outh|ast|est)?\s*$", re.ASCII | re.IGNORECASE
)
_MAX_CAMERA_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall-clock time and, where it is known, its offset from UTC."""

    at: datetime  # wall-clock time, naive, whole seconds
    offset_min: int | None = None  # minutes east of UTC


def parse_moment(written: str, offset: str = "") -> Moment | None:
    """Parses a date with or without a time; None if there is none, or an impossible one.

    A date without a time, or with one that there is not, is 00:00 of that day; without a day or
    month the first one. `offset` is an offset that is written elsewhere; one behind the time
    counts where that says nothing.
    """
    written = written[:_LONGEST]
    if not written:
        return None
    day = _match(_DAYS, written, 0)
    if day is None:
        return _rfc_1123(written)
    time = _match(_TIMES, written, day.end()) if day[3] else None
    at = _wall_clock(day.groups(), time.groups() if time else ())
    if at is None:
        return None
    found = parse_offset(offset)
    return Moment(at, parse_offset(written[time.end() :]) if found is None and time else found)


def parse_offset(written: str) -> int | None:
    """Parses minutes east of UTC from "+05:30", "-0800", "-3", "UTC+2" or "Z"; else None."""
    written = written[:_LONGEST].replace("\N{MINUS SIGN}", "-").strip()
    written = _FRACTION.sub("", written, count=1).strip()  # of a second, before it
    if written.upper() in _ZONES:
        return _ZONES[written.upper()] * 60
    found = _OFFSET.fullmatch(written)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if int(found[3] or 0) > 59 or minutes > _MAX_OFFSET_MIN:
        return None
    return -minutes if found[1] == "-" else minutes


@dataclass(frozen=True, slots=True)
class Axis:
    """The letters of the two hemispheres, and the largest number of degrees."""

    positive: str
    negative: str
    most: float  # degrees


LATITUDE = Axis("N", "S", 90)
LONGITUDE = Axis("E", "W", 180)


@dataclass(frozen=True, slots=True)
class Place:
    """A point on Earth."""

    latitude: float  # degrees, -90..90
    longitude: float  # degrees, -180..180


def make_place(latitude: float | None, longitude: float | None) -> Place | None:
    """A place of both coordinates; None if one is missing, or for 0, 0: no GPS fix."""
    if latitude is None or longitude is None or latitude == 0 == longitude:
        return None
    return Place(latitude, longitude)


def degrees_from_parts(parts: Sequence[float], side: str, axis: Axis) -> float | None:
    """Signed degrees of degrees, minutes and seconds, as many as there are, and a hemisphere.

    None without a hemisphere: a place on the wrong side of the world is worse than none.
    """
    letter = side.strip()[:1].upper()
    if not parts or letter not in (axis.positive, axis.negative) or not letter:
        return None
    degrees = sum((abs(float(part)) / 60.0**i for i, part in enumerate(parts[:3])), start=0.0)
    if not degrees <= axis.most:  # NaN as well
        return None
    return -degrees if letter == axis.negative else degrees


def degrees_from_text(written: str, side: str, axis: Axis) -> float | None:
    """Signed degrees of a text; the hemisphere is in it, is `side`, or is the number's sign.

    None for fractions ("28/1,11/1,4/1"), which no format has as text.
    """
    written = written[:_LONGEST]
    numbers = _NUMBER.findall(written)
    found = _SIDE.match(written)
    letter = next(filter(None, found.groups()), "") if found else side
    if not numbers or "/" in written:
        return None
    if not letter:
        letter = axis.negative if numbers[0].startswith("-") else axis.positive
    elif numbers[0].startswith("-") and letter.upper() in axis.positive + axis.negative:
        letter = axis.negative
    return degrees_from_parts([float(number) for number in numbers], letter, axis)


def degrees_from_number(degrees: object, axis: Axis) -> float | None:
    """Decimal degrees of a JSON value; None for anything that is no such number."""
    if isinstance(degrees, bool) or not isinstance(degrees, int | float):
        return None
    if not math.isfinite(degrees) or abs(degrees) > axis.most:
        return None
    return float(degrees)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that one source gives; None for one that it lacks or that is impossible."""

    taken: Moment | None = None
    digitised: Moment | None = None  # by the camera itself, or a scanner
    changed: Moment | None = None
    instant: Moment | None = None  # in UTC, of a clock that knows no local time
    place: Place | None = None
    camera: str | None = None


def merged(sources: Sequence[Fields]) -> Fields:
    """Merges field by field: the first source that has it; `taken` is the best of all dates.

    The kinds of date go before the order of sources: when a photo was taken, whoever says so, is
    better than when it was scanned.
    """

    def first(name: str) -> Moment | None:
        return next((found for source in sources if (found := getattr(source, name))), None)

    return Fields(
        taken=first("taken") or first("digitised") or first("changed") or first("instant"),
        place=next((source.place for source in sources if source.place), None),
        camera=next((source.camera for source in sources if source.camera), None),
    )


def camera_name(make: str, model: str) -> str | None:
    """Joins make and model; the model alone where it begins with the make's first word."""
    if model and make and model.split()[0].lower() == make.split()[0].lower():
        make = ""
    return " ".join(part for part in (make, model) if part)[:_MAX_CAMERA_CHARACTERS] or None


def _match(patterns: tuple[re.Pattern[str], ...], text: str, at: int) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.match(text, at))), None)


def _wall_clock(day: tuple[str | None, ...], time: tuple[str | None, ...]) -> datetime | None:
    year, month, date = (int(part or 1) for part in day)
    hour, minute, second = (int(part or 0) for part in time or (0, 0, 0))
    if year not in _YEARS:
        return None
    with suppress(ValueError):  # a day that there is not
        at = datetime(year, month, date)
        with suppress(ValueError):  # an hour that there is not: the day is known
            # Phones write 24:mm:ss for the first hour of the same day
            at = at.replace(
                hour=0 if hour == 24 else hour, minute=minute, second=59 if second == 60 else second
            )
        return at
    return None


def _rfc_1123(written: str) -> Moment | None:
    """Parses "Sun, 11 Apr 2021 15:47:53 GMT"; a year of two digits as RFC 822 and exiftool do."""
    found = _RFC_1123.search(written)
    if not found:
        return None
    year = int(found[3])
    if len(found[3]) == 2:
        year += 1900 if year > 70 else 2000
    month = _MONTHS.index(found[2].lower()) + 1
    at = _wall_clock((str(year), str(month), found[1]), found.groups()[3:6])
    return Moment(at, parse_offset(found[7])) if at else None
