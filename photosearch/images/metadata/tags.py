"""EXIF bytes to raw tags: a reader of TIFF directories that cannot fail.

TIFF 6.0, section 2, as EXIF 3.0 uses it (CIPA DC-008). Written here and not left to Pillow, which
warns, raises or drops everything according to what is broken; this one keeps every tag that lies
wholly inside the bytes, and nothing else.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Directories:
    """The three directories that describe a photo; empty where there is none."""

    main: Tags = field(default_factory=dict)
    exif: Tags = field(default_factory=dict)
    gps: Tags = field(default_factory=dict)


def read_tags(data: bytes) -> Directories:
    """The tags of a TIFF header or an EXIF block (with or without `EXIF_HEAD` in front)."""
    for _ in range(_MAX_HEADS):
        head = EXIF_HEAD.match(data)
        data = data[head.end() :] if head else data
    order: Literal["<", ">"] | None = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])  # type: ignore[assignment]
    if order is None or len(data) < 8:
        return Directories()
    main = read_directory(data, order, struct.unpack_from(order + "I", data, 4)[0])
    return Directories(
        main=main,
        exif=read_directory(data, order, first_int(main.get(_EXIF_POINTER))),
        gps=read_directory(data, order, first_int(main.get(_GPS_POINTER))),
    )


def first_int(value: Value | None) -> int | None:
    """The first number of a tag if it is whole, else None."""
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return value[0]
    return None


def text(value: Value | None) -> str:
    """A text tag up to its NUL, without surrounding blanks; "" if it is none."""
    if not isinstance(value, bytes):
        return ""
    raw = value.split(b"\0", 1)[0]
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("latin-1")
    return " ".join("".join(c if c.isprintable() else " " for c in decoded).split())


def raw(value: Value | None) -> bytes:
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


def _value(data: bytes, order: str, kind: int, count: int, at: int) -> Value | None:
    """The value whose last four bytes of entry begin at `at`: itself, or an offset to it."""
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
