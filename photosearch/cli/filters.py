"""Reads --since, --until, --near, --media and the like into a `Filter`."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import get_args

from photosearch.cli.options import Filters
from photosearch.display import readable
from photosearch.errors import UsageError
from photosearch.types import Filter, MediaFilter, Near

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?)?)?",
    re.ASCII,
)
KINDS: tuple[MediaFilter, ...] = get_args(MediaFilter)
_FORMS = "2024, 2024-05, 2024-05-01 or 2024-05-01T18:30"


def read_filters(given: Filters) -> Filter | None:
    """The filter that the options ask for; None if they ask for nothing.

    Raises UsageError, with the accepted forms, for a date or place that cannot be read.
    """
    since = period(given.since, "--since")[0] if given.since is not None else None
    until = period(given.until, "--until")[1] if given.until is not None else None
    if since and until and since >= until:
        raise UsageError(f"--since {given.since} is after --until {given.until}")
    wanted = Filter(
        since=since,
        until=until,
        near=read_near(given.near) if given.near is not None else None,
        under=tuple(folder.expanduser().absolute() for folder in given.under or ()),
        camera=None if given.camera is None else readable(given.camera),
        favourites=given.favourites,
        media=frozenset(map(read_media, given.media or ())),
    )
    return None if wanted == Filter() else wanted


def read_media(text: str) -> MediaFilter:
    """One kind, in any case."""
    for kind in KINDS:
        if kind == text.strip().lower():
            return kind
    raise UsageError(f"--media: got {text!r}, expected {', '.join(KINDS[:-1])} or {KINDS[-1]}")


def period(text: str, option: str) -> tuple[datetime, datetime]:
    """The start of a year, month, day, minute or second, and the start of the next one.

    Times are the camera's local time. `--until 2024` ends where 2025 begins, so that it takes in
    the whole of 2024.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{option}: got {text!r}, expected {_FORMS}")
    parts = {name: int(digits) for name, digits in found.groupdict().items() if digits}
    try:
        start = datetime(**{"month": 1, "day": 1, **parts})  # type: ignore[arg-type]
    except ValueError as error:
        raise UsageError(f"{option}: got {text!r}, which is no date ({error})") from error
    try:
        return start, _next(start, list(parts)[-1])
    except (ValueError, OverflowError):  # the last year that a datetime can hold
        return start, datetime.max


def _next(start: datetime, unit: str) -> datetime:
    if unit == "year":
        return start.replace(year=start.year + 1)
    if unit == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(**{f"{unit}s": 1})


def read_near(text: str) -> Near:
    """`LAT,LON,KM`: degrees north, degrees east, kilometres."""
    expected = "LAT,LON,KM, for example 52.52,13.40,25 (degrees, degrees, kilometres)"
    try:
        latitude, longitude, radius_km = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--near: got {text!r}, expected {expected}") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < radius_km < math.inf):
        raise UsageError(
            f"--near: got {text!r}, expected a latitude in -90..90, a longitude in -180..180 "
            "and a radius above 0 km"
        )
    return Near(latitude=latitude, longitude=longitude, radius_km=radius_km)
