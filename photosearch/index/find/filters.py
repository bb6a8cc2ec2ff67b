"""A `Filter` to the ids of the photos that pass it, so that a scan skips all others."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.find.columns import Columns, read_columns
from photosearch.index.find.filter_check import check_filter
from photosearch.index.identity import names_of
from photosearch.index.media_bits import KIND_BITS, MEDIA_BITS
from photosearch.index.nearest import Ids
from photosearch.index.paths import absolute, at_or_inside, gone, on_disk
from photosearch.index.rows import is_known, microseconds
from photosearch.text import casefold
from photosearch.types import Filter, Near

Mask: TypeAlias = NDArray[np.bool_]  # [N], over all searchable photos

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius
PHOTO: Final = "photo"
_MARGIN_DEG = 1e-9  # the box is only a first sieve: it must not lose a photo to rounding


def allowed_ids(catalog: Catalog, filter: Filter, columns: Columns | None = None) -> Ids | None:
    """Ids of the indexed photos that pass, ascending, int64 [n]; None if the filter is empty.

    `columns` are those of the catalog's present generation, read if they are not given. Raises
    UsageError for a period, a place, a radius or a medium that makes no sense, or a folder that is
    nowhere.
    """
    if filter == Filter():
        return None
    check_filter(filter)
    table = columns or read_columns(catalog)
    passing = _times(filter, table) & _marks(filter, table)
    if filter.near is not None:
        passing &= inside(filter.near, table)
    if filter.away is not None:
        passing &= np.isfinite(table.latitude) & ~inside(filter.away, table)
    ids = table.ids[passing]
    if filter.under or filter.camera is not None:
        ids = ids[np.isin(ids, _by_text(catalog, filter))]
    if filter.ids is not None:
        ids = ids[np.isin(ids, np.fromiter(filter.ids, np.int64, len(filter.ids)))]
    return ids


def _times(filter: Filter, table: Columns) -> Mask:
    passing = np.ones(len(table.ids), np.bool_)
    if filter.since is not None:
        times, bound = _comparable(filter.since, table)
        passing &= times >= bound
    if filter.until is not None:
        times, bound = _comparable(filter.until, table)
        passing &= (times < bound) & table.is_dated
    if filter.months or filter.days:
        month, day = table.days()
        passing &= table.is_dated
        if filter.months:
            passing &= np.isin(month, sorted(filter.months))
        if filter.days:
            passing &= _any_range(month * 100 + day, [_numbers(pair) for pair in filter.days])
    if filter.weekdays:
        passing &= np.isin(table.weekdays(), sorted(filter.weekdays)) & table.is_dated
    if filter.hours:
        ranges = [(first, last - 1 if last else 23) for first, last in filter.hours]
        passing &= _any_range(table.hours(), ranges) & table.is_dated
    return passing


def _comparable(moment: datetime, table: Columns) -> tuple[NDArray[np.int64], int]:
    """Times [N] and a bound for them. Naive: the camera's clock. Aware: instants, and a photo
    without a recorded offset counts as taken in the time zone of the filter."""
    offset = moment.utcoffset()
    if offset is None:
        return table.taken, microseconds(moment)
    minutes = offset.total_seconds() / 60
    return table.instants(minutes), microseconds(moment.replace(tzinfo=None) - offset)


def _numbers(pair: tuple[str, str]) -> tuple[int, int]:
    """Two "MM-DD" as 100 * month + day."""
    first, last = (int(month) * 100 + int(day) for month, day in (each.split("-") for each in pair))
    return first, last


def _any_range(values: NDArray[np.int64], ranges: list[tuple[int, int]]) -> Mask:
    """Which values [N] lie in any range, ends included; one may go across the turn."""
    found = np.zeros(len(values), np.bool_)
    for first, last in ranges:
        above, below = values >= first, values <= last
        found |= above & below if first <= last else above | below
    return found


def _marks(filter: Filter, table: Columns) -> Mask:
    """Favourites and kinds of media."""
    passing = table.favourite if filter.favourites else np.ones(len(table.ids), np.bool_)
    if not filter.media:
        return passing
    bits = sum(bit for name, bit in MEDIA_BITS.items() if name in filter.media)
    kinds = (table.media & bits) != 0
    if PHOTO in filter.media:
        kinds |= (table.media & KIND_BITS) == 0
    return np.asarray(passing & kinds)


def inside(near: Near, table: Columns) -> Mask:
    """Which photos [N] lie inside a circle; the box around it comes first, as it costs less."""
    found = _box(near, table)
    some = np.flatnonzero(found)
    places = np.stack([table.latitude[some], table.longitude[some]], axis=1)
    found[some] = distance_km(near, places) <= near.radius_km
    return found


def distance_km(near: Near, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances to places [n, 2] (latitude, longitude in degrees): [n].

    The haversine formula (Sinnott, Sky and Telescope 68, 1984), exact for small distances too.
    """
    latitude, longitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    here_lat, here_lon = math.radians(near.latitude), math.radians(near.longitude)
    half = (
        np.sin((latitude - here_lat) / 2) ** 2
        + math.cos(here_lat) * np.cos(latitude) * np.sin((longitude - here_lon) / 2) ** 2
    )
    angle: NDArray[np.float64] = 2 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return EARTH_RADIUS_KM * angle


def _box(near: Near, table: Columns) -> Mask:
    """A box of latitudes and longitudes around the circle, across the antimeridian and poles."""
    angle = near.radius_km / EARTH_RADIUS_KM  # radians
    reach = math.degrees(angle) + _MARGIN_DEG
    south, north = near.latitude - reach, near.latitude + reach
    within = (table.latitude >= south) & (table.latitude <= north) & np.isfinite(table.longitude)
    if south <= -90 or north >= 90:  # a pole lies inside: every longitude is near
        return np.asarray(within)
    # the meridians that touch the circle; a plain "reach / cos(latitude)" is too narrow up north
    width = math.sin(angle) / math.cos(math.radians(near.latitude))
    side = math.degrees(math.asin(min(1.0, width))) + _MARGIN_DEG
    west, east = near.longitude - side, near.longitude + side
    if west < -180 or east > 180:
        west, east = (west + 180) % 360 - 180, (east + 180) % 360 - 180
        return np.asarray(within & ((table.longitude >= west) | (table.longitude <= east)))
    return np.asarray(within & (table.longitude >= west) & (table.longitude <= east))


def _by_text(catalog: Catalog, filter: Filter) -> Ids:
    """Ids of the photos in these folders and by this camera."""
    conditions, values = ["status = 'indexed'"], []
    for condition, some in (*_folders(catalog, filter), *_cameras(catalog, filter)):
        conditions.append(condition)
        values += some
    query = f"SELECT id FROM photos WHERE {' AND '.join(conditions)}"
    with catalog.errors():
        return np.fromiter((row[0] for row in catalog.db.execute(query, values)), np.int64)


def _folders(catalog: Catalog, filter: Filter) -> list[tuple[str, list[Any]]]:
    if not filter.under:
        return []
    paths = [path for folder in filter.under for path in _known(catalog, absolute(folder))]
    return [at_or_inside(paths)]


def _known(catalog: Catalog, folder: Path) -> list[Path]:
    """The names of a folder. Raises UsageError if neither the catalog nor the disk knows one."""
    paths = names_of(catalog, folder)
    if gone(on_disk(folder)) and not is_known(catalog, paths):
        raise UsageError(
            f"under: got {folder}, which is not there and holds no photo of the index, expected "
            "a folder or a photo"
        )
    return paths


def _cameras(catalog: Catalog, filter: Filter) -> list[tuple[str, list[Any]]]:
    """Case-folded here, since SQLite knows the case of ASCII only; cameras are few."""
    if filter.camera is None:
        return []
    wanted = casefold(filter.camera)
    query = "SELECT DISTINCT camera FROM photos WHERE camera IS NOT NULL"
    with catalog.errors():
        names = [row[0] for row in catalog.db.execute(query) if wanted in casefold(row[0])]
    return [(f"camera IN ({', '.join('?' * len(names))})", names)]
