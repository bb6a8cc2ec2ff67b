"""What Google Takeout writes beside a photo, for those whose own date or place was lost.

There is no specification. As exports have it: `photoTakenTime.timestamp`, seconds since 1970 in
UTC as text; `geoData` with decimal degrees, 0 and 0 for none; `favorited`. The local time is not
recorded: the date is given in UTC and says so by an offset of 0.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from photosearch.images.metadata.dates import Moment
from photosearch.images.metadata.location import LATITUDE, LONGITUDE, Place, from_number, place
from photosearch.images.metadata.sources import Told

_EPOCH = datetime(1970, 1, 1)


def told_by_takeout(data: bytes) -> tuple[Told, bool]:
    """Date and place, and whether it is a favourite; nothing for JSON of another kind."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return Told(), False
    if not isinstance(fields, dict) or not isinstance(fields.get("photoTakenTime"), dict):
        return Told(), False
    told = Told(
        instant=_instant(fields["photoTakenTime"].get("timestamp")),
        place=_place(fields.get("geoData")) or _place(fields.get("geoDataExif")),
    )
    return told, fields.get("favorited") is True


def _instant(timestamp: Any) -> Moment | None:
    with suppress(ValueError, TypeError, OverflowError):
        seconds = int(timestamp)
        return Moment(_EPOCH + timedelta(seconds=seconds), 0) if seconds else None
    return None


def _place(fields: Any) -> Place | None:
    if not isinstance(fields, dict):
        return None
    latitude = from_number(fields.get("latitude"), LATITUDE)
    return place(latitude, from_number(fields.get("longitude"), LONGITUDE))
