"""A `Filter` to the ids of the photos that pass it, so that a scan skips all others."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.identity import names_of
from photosearch.index.nearest import Ids
from photosearch.index.paths import absolute, at_or_inside, gone, on_disk
from photosearch.index.rows import MEDIA_BITS, is_known, microseconds
from photosearch.text import casefold
from photosearch.types import Filter, Near

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius
_PHOTO = "photo"
_MINUTE_US = 60_000_000
_MARGIN_DEG = 1e-9  # the box is only a first sieve: it must not lose a photo to rounding


def allowed_ids(catalog: Catalog, filter: Filter) -> Ids | None:
    """Ids of the indexed photos that pass, ascending, int64 [n]; None if the filter is empty.

    Raises UsageError for a period, a place, a radius or a medium that makes no sense, or a folder
    that is nowhere.
    """
    if filter == Filter():
        return None
    _check(filter)
    conditions: list[str] = ["status = 'indexed'"]
    values: list[Any] = []
    if filter.favourites:
        conditions.append("favourite = 1")
    if filter.media:
        conditions.append(_media(filter))
    for condition, some in (
        *_dates(filter),
        *_folders(catalog, filter),
        *_cameras(catalog, filter),
    ):
        conditions.append(condition)
        values += some
    if filter.near is not None:
        conditions.append(_box(filter.near, values))
    where = f"WHERE {' AND '.join(conditions)} ORDER BY id"
    with catalog.errors():
        cursor = catalog.db.execute(f"SELECT id FROM photos {where}", values)
        ids = np.fromiter((row[0] for row in cursor), np.int64)
        if filter.near is not None:
            cursor = catalog.db.execute(f"SELECT latitude, longitude FROM photos {where}", values)
            places = np.array(cursor.fetchall(), np.float64).reshape(-1, 2)
            ids = ids[distance_km(filter.near, places) <= filter.near.radius_km]
    if filter.ids is not None:
        ids = ids[np.isin(ids, np.fromiter(filter.ids, np.int64, len(filter.ids)))]
    return ids


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


def _check(filter: Filter) -> None:
    near = filter.near
    if near is not None:
        if not -90 <= near.latitude <= 90:
            raise UsageError(f"latitude: got {near.latitude}, expected -90 to 90 degrees")
        if not -180 <= near.longitude <= 180:
            raise UsageError(f"longitude: got {near.longitude}, expected -180 to 180 degrees")
        if not (near.radius_km > 0 and math.isfinite(near.radius_km)):
            raise UsageError(f"radius: got {near.radius_km} km, expected more than 0")
    unknown = sorted(filter.media - {_PHOTO, *MEDIA_BITS})
    if unknown:
        expected = ", ".join((_PHOTO, *MEDIA_BITS))
        raise UsageError(f"media: got {unknown[0]!r}, expected some of {expected}")
    since, until = filter.since, filter.until
    comparable = since and until and (since.tzinfo is None) == (until.tzinfo is None)
    if since and until and comparable and since >= until:
        raise UsageError(f"period: got {since} to {until}, expected since before until")


def _dates(filter: Filter) -> list[tuple[str, list[Any]]]:
    bounds = ((filter.since, ">="), (filter.until, "<"))
    return [_date(moment, sign) for moment, sign in bounds if moment is not None]


def _date(moment: datetime, sign: str) -> tuple[str, list[Any]]:
    """Naive: compares with the camera's clock. Aware: compares instants, and a photo without a
    recorded offset counts as taken in the time zone of the filter."""
    offset = moment.utcoffset()
    if offset is None:
        return f"taken_at {sign} ?", [microseconds(moment)]
    minutes = offset.total_seconds() / 60
    instant = microseconds(moment.replace(tzinfo=None) - offset)
    photo = f"taken_at - coalesce(utc_offset_min, ?) * {_MINUTE_US}"
    return f"{photo} {sign} ?", [minutes, instant]


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


def _media(filter: Filter) -> str:
    bits = sum(bit for name, bit in MEDIA_BITS.items() if name in filter.media)
    plain = " OR media = 0" if _PHOTO in filter.media else ""
    return f"((media & {bits}) != 0{plain})"


def _box(near: Near, values: list[Any]) -> str:
    """A box of latitudes and longitudes around the circle, across the antimeridian and poles."""
    angle = near.radius_km / EARTH_RADIUS_KM  # radians
    reach = math.degrees(angle) + _MARGIN_DEG
    south, north = near.latitude - reach, near.latitude + reach
    values += [south, north]
    condition = "latitude BETWEEN ? AND ? AND longitude IS NOT NULL"
    if south <= -90 or north >= 90:  # a pole lies inside: every longitude is near
        return condition
    # the meridians that touch the circle; a plain "reach / cos(latitude)" is too narrow up north
    width = math.sin(angle) / math.cos(math.radians(near.latitude))
    side = math.degrees(math.asin(min(1.0, width))) + _MARGIN_DEG
    west, east = near.longitude - side, near.longitude + side
    if west < -180 or east > 180:
        values += [(west + 180) % 360 - 180, (east + 180) % 360 - 180]
        return f"{condition} AND (longitude >= ? OR longitude <= ?)"
    values += [west, east]
    return f"{condition} AND longitude BETWEEN ? AND ?"
