"""What filters ask of all searchable photos, in memory: times, places, media, favourites.

A query names times and places of its own each time, so that a table in memory answers sooner than
SQL does. It is read once for a generation of the catalog.

Shape legend: N searchable photos, in the order of ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.index.catalog import Catalog
from photosearch.index.nearest import Ids

Numbers: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]

NO_TIME: Final = -(2**63)  # sorts before every time, and is no time
_MINUTE_US, _HOUR_US, _DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000
_ROW: Final = np.dtype(
    [("id", "i8"), ("taken", "i8"), ("offset", "i8"), ("latitude", "f8"), ("longitude", "f8"),
     ("media", "i8"), ("favourite", "i8")]
)  # fmt: skip
_QUERY: Final = f"""SELECT id, coalesce(taken_at, {NO_TIME}), coalesce(utc_offset_min, {NO_TIME}),
    latitude, longitude, media, favourite FROM photos WHERE status = 'indexed' ORDER BY id"""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The searchable photos of one generation."""

    ids: Ids  # [N], ascending
    taken: Numbers  # [N], microseconds since 1970 of the camera's own clock; NO_TIME
    offset: Numbers  # [N], minutes east of UTC; NO_TIME
    latitude: Reals  # [N], degrees; NaN
    longitude: Reals  # [N], degrees; NaN
    media: Numbers  # [N], bits as in media_bits.MEDIA_BITS
    favourite: NDArray[np.bool_]  # [N]

    @property
    def is_dated(self) -> NDArray[np.bool_]:
        return np.asarray(self.taken != NO_TIME)

    def instants(self, minutes: float) -> Numbers:
        """Microseconds since 1970 UTC [N]; where no offset is known, it is this one."""
        known = self.offset != NO_TIME
        shift = np.where(known, self.offset * _MINUTE_US, round(minutes * _MINUTE_US))
        return np.asarray(np.where(self.is_dated, self.taken - shift, NO_TIME))

    def days(self) -> tuple[Numbers, Numbers]:
        """Month, 1 to 12, and day of the month, 1 to 31; both [N], anything where no time is."""
        days = (self.taken // _DAY_US).astype("M8[D]")
        months = days.astype("M8[M]")
        return months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1

    def weekdays(self) -> Numbers:
        """1 to 7 from Monday [N]; 1 January 1970 was a Thursday."""
        return np.asarray((self.taken // _DAY_US + 3) % 7 + 1)

    def hours(self) -> Numbers:
        """0 to 23 [N]."""
        return np.asarray(self.taken % _DAY_US // _HOUR_US)


def read_columns(catalog: Catalog) -> Columns:
    """Reads the table. Raises PhotoIndexError for a catalog that cannot be read."""
    with catalog.errors():
        rows = np.fromiter(catalog.db.execute(_QUERY), _ROW)
    return Columns(
        ids=np.ascontiguousarray(rows["id"]),
        taken=np.ascontiguousarray(rows["taken"]),
        offset=np.ascontiguousarray(rows["offset"]),
        latitude=np.ascontiguousarray(rows["latitude"]),
        longitude=np.ascontiguousarray(rows["longitude"]),
        media=np.ascontiguousarray(rows["media"]),
        favourite=rows["favourite"] != 0,
    )
