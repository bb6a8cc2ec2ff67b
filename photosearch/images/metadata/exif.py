"""Reads EXIF: the tags of TIFF directories, and the date, place and camera that they give.

TIFF 6.0, section 2, as EXIF 3.0 uses it (CIPA DC-008-2023, tables 4 to 12). Written here and not
left to Pillow, which warns, raises or drops everything according to what is broken; this reader
keeps every tag that lies wholly inside the bytes, and nothing else, and never fails.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from photosearch.images.metadata.fields import (
    LATITUDE,
    LONGITUDE,
    Axis,
    Fields,
    Moment,
    Place,
    camera_name,
    degrees_from_parts,
    degrees_from_text,
    make_place,
    parse_moment,
)

Value: TypeAlias = "bytes | tuple[int, ...] | tuple[float, ...]"
Tags: TypeAlias = "dict[int, Value]"  # tag -> text as bytes, numbers as a tuple (NaN: n/0)

# As exiftool takes it: "Exif\0\xff" has been seen, and bytes in front
EXIF_HEAD = re.compile(rb".{0,4}?Exif\0.", re.DOTALL | re.IGNORECASE)
_MAX_HEADS = 3  # programs repeat it
_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
_MAX_TAGS = 1000  # in one directory; cameras write fewer than a hundred
_MAX_NUMBERS = 1 << 16  # of one tag; a longer run of bytes stays bytes, others are left out
_ENTRY_BYTES = 12
_RATIONALS = (5, 10)
# TIFF type -> struct code of one value; 13 is a pointer to a directory (TIFF technical note 1)
_CODES = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}
_CODES[13] = "I"
_BYTE = 1
_TEXT = (2, 7, 129)  # ASCII, UNDEFINED and EXIF 3.0's UTF-8
_SIZES = {kind: struct.calcsize("<" + code) for kind, code in _CODES.items()}  # bytes of one value
_SIZES |= dict.fromkeys(_TEXT, 1)
ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
_TAKEN, _DIGITISED, _CHANGED = (0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010)  # with offset
_LATITUDE, _LONGITUDE = (1, 2), (3, 4)  # GPS tags: hemisphere, degrees
_GPS_TIME, _GPS_DATE = 7, 29  # in UTC
_DIGITS = re.compile(r"\d+", re.ASCII)
_DAY_S = 24 * 3600
# In a picture's `info`: the orientation that its container gives, 1 to 8. EXIF's is ignored then
ORIENTATION_KEY = "photosearch orientation"


@dataclass(frozen=True, slots=True)
class ExifTags:
    """The three directories that describe a photo; empty where there is none."""

    main: Tags = field(default_factory=dict)
    exif: Tags = field(default_factory=dict)
    gps: Tags = field(default_factory=dict)


def read_tags(data: bytes) -> ExifTags:
    """The tags of a TIFF header or an EXIF block (with or without `EXIF_HEAD` in front)."""
    for _ in range(_MAX_HEADS):
        head = EXIF_HEAD.match(data)
        data = data[head.end() :] if head else data
    order: Literal["<", ">"] | None = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])  # type: ignore[assignment]
    if order is None or len(data) < 8:
        return ExifTags()
    main = read_directory(data, order, struct.unpack_from(order + "I", data, 4)[0])
    return ExifTags(
        main=main,
        exif=read_directory(data, order, int_value(main.get(_EXIF_POINTER))),
        gps=read_directory(data, order, int_value(main.get(_GPS_POINTER))),
    )


def int_value(value: Value | None) -> int | None:
    """The first number of a tag if it is whole, else None."""
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return value[0]
    return None


def text_value(value: Value | None) -> str:
    """A text tag up to its NUL, without surrounding blanks; "" if it is none."""
    if not isinstance(value, bytes):
        return ""
    raw = value.split(b"\0", 1)[0]
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("latin-1")
    return " ".join("".join(c if c.isprintable() else " " for c in decoded).split())


def bytes_value(value: Value | None) -> bytes:
    """The bytes of a tag, whether it was written as UNDEFINED or as BYTE; b"" if it is neither."""
    if isinstance(value, bytes):
        return value
    try:
        return bytes(value or ())  # type: ignore[arg-type]
    except (TypeError, ValueError):  # fractions, or numbers beyond a byte
        return b""


def read_directory(data: bytes, order: str, offset: int | None) -> Tags:
    """The tags of the directory at an offset, in byte order "<" or ">"; empty if none is there."""
    if offset is None or not 0 < offset <= len(data) - 2:
        return {}
    (count,) = struct.unpack_from(order + "H", data, offset)
    tags: Tags = {}
    room = len(data)  # values do not overlap: all of them together fit into the bytes there are
    for i in range(min(count, _MAX_TAGS)):
        at = offset + 2 + i * _ENTRY_BYTES
        if at + _ENTRY_BYTES > len(data):
            break
        tag, kind, length = struct.unpack_from(order + "HHI", data, at)
        size = _SIZES.get(kind, 0) * length
        value = _value(data, order, kind, length, at + 8) if size <= room else None
        if value is not None:
            tags.setdefault(tag, value)
            room -= size
    return tags


def exif_fields(tags: ExifTags) -> Fields:
    """The date, place and camera of EXIF tags."""
    return Fields(
        taken=_moment(tags, *_TAKEN),
        digitised=_moment(tags, *_DIGITISED),
        changed=_moment(tags, *_CHANGED),
        instant=_instant(tags.gps),
        place=_place(tags.gps),
        camera=camera_name(text_value(tags.main.get(_MAKE)), text_value(tags.main.get(_MODEL))),
    )


def _moment(tags: ExifTags, date: int, offset: int) -> Moment | None:
    """A date and its offset, in EXIF's directory or, as in TIFF/EP (ISO 12234-2), in the first."""
    own = text_value(tags.exif.get(offset)) or text_value(tags.main.get(offset))
    return parse_moment(text_value(tags.exif.get(date)), own) or parse_moment(
        text_value(tags.main.get(date)), own
    )


def _instant(gps: Tags) -> Moment | None:
    """The time of the GPS fix, in UTC; it may be older than the photo, so dates go before it."""
    # Separated by anything, NUL too; what may stand behind the day is not the time of the fix
    written = ":".join(_DIGITS.findall(bytes_value(gps.get(_GPS_DATE)).decode("latin-1"))[:3])
    day, time = parse_moment(written), gps.get(_GPS_TIME)
    if day is None or not isinstance(time, tuple) or not time:
        return None
    hours = sum(part / 60.0**i for i, part in enumerate(time[:3]))
    if not 0 <= hours < 25:  # NaN as well
        return None
    seconds = math.floor(hours * 3600 + 1e-6) % _DAY_S  # hour 24 is hour 0, as in other dates
    return Moment(datetime.combine(day.at, datetime.min.time()) + timedelta(seconds=seconds), 0)


def _place(gps: Tags) -> Place | None:
    return make_place(_degrees(gps, LATITUDE, *_LATITUDE), _degrees(gps, LONGITUDE, *_LONGITUDE))


def _degrees(gps: Tags, axis: Axis, side: int, degrees: int) -> float | None:
    """Degrees from fractions as in EXIF, or from text as some write it; both need a hemisphere."""
    letter, value = text_value(bytes_value(gps.get(side))), gps.get(degrees)
    if isinstance(value, tuple):
        return degrees_from_parts(value, letter, axis)
    return degrees_from_text(text_value(value), letter, axis) if letter else None


def _value(data: bytes, order: str, kind: int, count: int, at: int) -> Value | None:
    """The value of an entry, whose last four bytes at `at` hold it or the offset to it."""
    size = _SIZES.get(kind, 0) * count
    if size > 4:
        (at,) = struct.unpack_from(order + "I", data, at)
    if at + size > len(data):
        return None
    if kind in _TEXT or (kind == _BYTE and count > _MAX_NUMBERS):
        return data[at : at + size]
    code = _CODES.get(kind)
    if code is None or count > _MAX_NUMBERS:
        return None
    values = struct.unpack_from(order + code * count, data, at)
    if kind in _RATIONALS:
        return tuple(_ratio(n, d) for n, d in zip(values[::2], values[1::2], strict=True))
    return values


def _ratio(numerator: int, denominator: int) -> float:
    if denominator:
        return numerator / denominator
    return 0.0 if numerator == 0 else float("nan")  # 0/0 is how cameras write "no seconds"
