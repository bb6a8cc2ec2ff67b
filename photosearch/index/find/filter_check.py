"""Refuses a `Filter` that makes no sense, with what was got and what was expected."""

from __future__ import annotations

import math
import re
from typing import Final

from photosearch.errors import UsageError
from photosearch.index.media_bits import MEDIA_BITS
from photosearch.types import Filter, Near

_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


def check_filter(filter: Filter) -> None:
    """Raises UsageError for a period, a place, a radius, a medium or a day that makes no sense."""
    for near in (filter.near, filter.away):
        if near is not None:
            _check_circle(near)
    unknown = sorted(filter.media - {"photo", *MEDIA_BITS})
    if unknown:
        expected = ", ".join(("photo", *MEDIA_BITS))
        raise UsageError(f"media: got {unknown[0]!r}, expected some of {expected}")
    _check_times(filter)
    since, until = filter.since, filter.until
    comparable = since and until and (since.tzinfo is None) == (until.tzinfo is None)
    if since and until and comparable and since >= until:
        raise UsageError(f"period: got {since} to {until}, expected since before until")


def _check_circle(near: Near) -> None:
    if not -90 <= near.latitude <= 90:
        raise UsageError(f"latitude: got {near.latitude}, expected -90 to 90 degrees")
    if not -180 <= near.longitude <= 180:
        raise UsageError(f"longitude: got {near.longitude}, expected -180 to 180 degrees")
    if not (near.radius_km > 0 and math.isfinite(near.radius_km)):
        raise UsageError(f"radius: got {near.radius_km} km, expected more than 0")


def _check_times(filter: Filter) -> None:
    for name, given, most in (("months", filter.months, 12), ("weekdays", filter.weekdays, 7)):
        wrong = [each for each in given if each not in range(1, most + 1)]
        if wrong:
            raise UsageError(f"{name}: got {wrong[0]!r}, expected 1 to {most}")
    for pair in filter.days:
        if len(pair) != 2 or not all(map(_DAY.fullmatch, pair)):
            raise UsageError(f"days: got {pair!r}, expected two of MM-DD")
    for hours in filter.hours:
        if len(hours) != 2 or not all(each in range(25) for each in hours) or hours[0] == hours[1]:
            raise UsageError(f"hours: got {hours!r}, expected two different ones of 0 to 24")
