"""Written degrees to signed ones, and two of them to a place.

Forms: EXIF 3.0 (CIPA DC-008-2023), 4.6.6: three fractions beside a letter; XMP (ISO 16684-1 and
its EXIF namespace): "28,11,4.1N" or "28,11.0687N"; and decimal degrees, which many programs write.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST = 80  # characters of a coordinate that are looked at
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_SIDE = re.compile(
    r"\s*([NSEW])[^a-z]|.*?([NSEW])(?:orth|outh|ast|est)?\s*$", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Axis:
    positive: str
    negative: str
    most: float  # degrees


LATITUDE = Axis("N", "S", 90)
LONGITUDE = Axis("E", "W", 180)


@dataclass(frozen=True, slots=True)
class Place:
    latitude: float  # degrees, -90..90
    longitude: float  # degrees, -180..180


def place(latitude: float | None, longitude: float | None) -> Place | None:
    """Both or neither: half a place is none, and exactly 0, 0 means that there was no fix."""
    if latitude is None or longitude is None or latitude == 0 == longitude:
        return None
    return Place(latitude, longitude)


def from_parts(parts: Sequence[float], side: str, axis: Axis) -> float | None:
    """Degrees, minutes and seconds, as many as there are; the hemisphere alone signs them.

    None without a hemisphere: a place on the wrong side of the world is worse than none.
    """
    letter = side.strip()[:1].upper()
    if not parts or letter not in (axis.positive, axis.negative) or not letter:
        return None
    degrees = sum((abs(float(part)) / 60.0**i for i, part in enumerate(parts[:3])), start=0.0)
    if not degrees <= axis.most:  # NaN as well
        return None
    return -degrees if letter == axis.negative else degrees


def from_text(written: str, side: str, axis: Axis) -> float | None:
    """A coordinate as text: the hemisphere is in it, is `side`, or is the sign of the number.

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
    return from_parts([float(number) for number in numbers], letter, axis)


def from_number(degrees: object, axis: Axis) -> float | None:
    """Decimal degrees as JSON has them; None for anything that is no such number."""
    if isinstance(degrees, bool) or not isinstance(degrees, int | float):
        return None
    if not math.isfinite(degrees) or abs(degrees) > axis.most:
        return None
    return float(degrees)
