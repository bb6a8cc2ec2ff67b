"""Which photos a filter lets through."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.directory import create_catalog
from photosearch.index.find import filters
from photosearch.index.find.columns import Columns
from photosearch.index.find.filters import allowed_ids, distance_km
from photosearch.index.rows import info_row
from photosearch.index.store import PhotoIndex
from photosearch.types import Filter, Near, PhotoInfo
from tests.index.conftest import Draw


class Photos:
    """A catalog of rows without files: `add(...)` gives an id, `passing(filter)` the ids left."""

    def __init__(self, path: Path) -> None:
        create_catalog(path, kind="SQ8")
        self.catalog = Catalog(path)

    def add(self, source: str | bytes | None = None, **info: object) -> int:
        row = info_row(PhotoInfo(1, 1, **info))  # type: ignore[arg-type]
        count = self.catalog.db.execute("SELECT count(*) FROM photos").fetchone()[0]
        cursor = self.catalog.db.execute(
            "INSERT INTO photos(source, size, mtime_ns, status, content_hash, width, height,"
            " taken_at, utc_offset_min, latitude, longitude, camera, favourite, media)"
            " VALUES (?, 1, 1, 'indexed', 'h', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source or f"/photos/{count}.jpg", *row),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def passing(self, filter: Filter) -> list[int]:
        ids = allowed_ids(self.catalog, filter)
        assert ids is not None
        return list(map(int, ids))


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(tmp_path / "catalog.sqlite")


def test_an_empty_filter_lets_all_through(photos: Photos) -> None:
    assert allowed_ids(photos.catalog, Filter()) is None


def test_since_is_inclusive_and_until_is_not(photos: Photos) -> None:
    ids = [photos.add(taken_at=datetime(2024, 5, day)) for day in (1, 2, 3)]
    period = Filter(since=datetime(2024, 5, 1), until=datetime(2024, 5, 3))
    assert photos.passing(period) == ids[:2]


def test_a_photo_without_a_date_is_in_no_period(photos: Photos) -> None:
    photos.add()
    assert photos.passing(Filter(since=datetime(1900, 1, 1))) == []


def test_times_before_1970_and_parts_of_seconds_count(photos: Photos) -> None:
    moment = datetime(1965, 3, 1, 12, 0, 0, 500)
    number = photos.add(taken_at=moment)
    assert photos.passing(Filter(since=moment)) == [number]
    assert photos.passing(Filter(until=moment)) == []


def test_a_naive_time_is_the_cameras_own(photos: Photos) -> None:
    number = photos.add(taken_at=datetime(2024, 1, 1, 0, 30), utc_offset_min=540)
    assert photos.passing(Filter(since=datetime(2024, 1, 1))) == [number]


def test_an_aware_time_is_an_instant(photos: Photos) -> None:
    photos.add(taken_at=datetime(2024, 1, 1, 0, 30), utc_offset_min=540)  # 2023 in UTC
    later = photos.add(taken_at=datetime(2023, 12, 31, 20), utc_offset_min=-300)  # 2024 in UTC
    assert photos.passing(Filter(since=datetime(2024, 1, 1, tzinfo=UTC))) == [later]


def test_without_an_offset_a_photo_is_taken_in_the_filters_time_zone(photos: Photos) -> None:
    number = photos.add(taken_at=datetime(2024, 1, 1, 0, 30))
    here = timezone(timedelta(hours=9))
    assert photos.passing(Filter(since=datetime(2024, 1, 1, tzinfo=here))) == [number]


def test_a_folder_holds_what_is_inside_at_any_depth(photos: Photos) -> None:
    inside = [photos.add("/a/b/1.jpg"), photos.add("/a/b/c/2.jpg")]
    photos.add("/a/bc/3.jpg")
    photos.add("/a/b.jpg")
    assert photos.passing(Filter(under=(Path("/a/b"),))) == inside


def test_a_folder_holds_names_that_are_not_utf8(photos: Photos) -> None:
    number = photos.add(b"/a/b/\xff.jpg")
    photos.add(b"/a/c/\xff.jpg")
    assert photos.passing(Filter(under=(Path("/a/b"),))) == [number]


def test_wildcards_in_a_folders_name_mean_themselves(photos: Photos) -> None:
    number = photos.add("/100%_*/1.jpg")
    photos.add("/100 percent/1.jpg")
    assert photos.passing(Filter(under=(Path("/100%_*"),))) == [number]


def test_any_of_several_folders_will_do(photos: Photos) -> None:
    ids = [photos.add("/a/1.jpg"), photos.add("/b/1.jpg")]
    photos.add("/c/1.jpg")
    assert photos.passing(Filter(under=(Path("/b"), Path("/a")))) == ids


def test_the_root_folder_holds_everything(photos: Photos) -> None:
    number = photos.add("/a.jpg")
    assert photos.passing(Filter(under=(Path("/"),))) == [number]


def test_a_camera_is_found_by_a_part_of_its_name_in_any_case(photos: Photos) -> None:
    number = photos.add(camera="Fuji Größe X100")
    photos.add(camera="Canon")
    photos.add()
    assert photos.passing(Filter(camera="GRÖSSE x")) == [number]
    assert photos.passing(Filter(camera="Nikon")) == []


def test_ids_and_other_conditions_hold_together(photos: Photos) -> None:
    a, b = photos.add(camera="A"), photos.add(camera="B")
    assert photos.passing(Filter(ids=frozenset({a, b, 99}), camera="b")) == [b]
    assert photos.passing(Filter(ids=frozenset())) == []


def test_favourites_are_the_ones_marked_so(photos: Photos) -> None:
    number = photos.add(favourite=True)
    photos.add()
    assert photos.passing(Filter(favourites=True)) == [number]


def test_any_of_several_media_will_do(photos: Photos) -> None:
    live = photos.add(media=frozenset({"live", "portrait"}))
    screenshot = photos.add(media=frozenset({"screenshot"}))
    plain = photos.add()
    assert photos.passing(Filter(media=frozenset({"live"}))) == [live]
    assert photos.passing(Filter(media=frozenset({"portrait", "screenshot"}))) == [live, screenshot]
    assert photos.passing(Filter(media=frozenset({"photo"}))) == [plain]
    assert photos.passing(Filter(media=frozenset({"photo", "screenshot"}))) == [screenshot, plain]


def test_an_unknown_medium_is_refused(photos: Photos) -> None:
    with pytest.raises(UsageError, match="got 'film', expected some of photo, live"):
        photos.passing(Filter(media=frozenset({"film"})))  # type: ignore[arg-type]


def test_pending_and_failed_photos_never_pass(photos: Photos) -> None:
    number = photos.add()
    photos.catalog.db.execute("UPDATE photos SET status = 'failed'")
    assert photos.passing(Filter(ids=frozenset({number}))) == []


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((0, 179.9), (0, -179.9), 22.24),  # across the antimeridian
        ((89.9, 0), (89.9, 180), 22.24),  # across the pole
        ((-90, 0), (-89.9, 123), 11.12),  # from the pole itself
        ((48.2082, 16.3738), (52.52, 13.405), 523.6),  # Vienna to Berlin
    ],
)
def test_near_measures_along_the_globe(
    photos: Photos, here: tuple[float, float], there: tuple[float, float], km: float
) -> None:
    number = photos.add(latitude=float(there[0]), longitude=float(there[1]))
    assert photos.passing(Filter(near=Near(*here, radius_km=km * 1.002))) == [number]
    assert photos.passing(Filter(near=Near(*here, radius_km=km * 0.998))) == []


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(0.001, 25_000), st.integers(0, 2**32 - 1)
)
def test_the_box_around_a_circle_loses_no_photo(
    latitude: float, longitude: float, radius_km: float, seed: int
) -> None:
    near = Near(latitude, longitude, radius_km)
    places = np.random.default_rng(seed).uniform((-90, -180), (90, 180), (200, 2))
    bearing = np.linspace(0, 2 * math.pi, 100)
    places = np.vstack([places, _at_distance(near, bearing, radius_km * 0.999999)])
    inside = distance_km(near, places) <= radius_km
    in_box = filters._box(near, _table(places))
    assert not (inside & ~in_box).any()


def _table(places: np.ndarray) -> Columns:
    """Photos of which nothing but their places is known."""
    none = np.zeros(len(places), np.int64)
    latitude, longitude = places.T
    return Columns(none, none, none, latitude, longitude, none, none != 0)


def _at_distance(near: Near, bearing: np.ndarray, km: float) -> np.ndarray:
    """Where one gets from a place, straight on for so many km: [n, 2] degrees."""
    angle = km / filters.EARTH_RADIUS_KM
    start = math.radians(near.latitude)
    sine = math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * np.cos(bearing)
    latitude = np.arcsin(np.clip(sine, -1, 1))
    turn = np.arctan2(
        np.sin(bearing) * math.sin(angle) * math.cos(start),
        math.cos(angle) - math.sin(start) * np.sin(latitude),
    )
    longitude = (near.longitude + np.degrees(turn) + 180) % 360 - 180
    return np.stack([np.degrees(latitude), longitude], axis=1)


@pytest.mark.parametrize(
    "filter",
    [
        Filter(near=Near(91, 0, 1)),
        Filter(near=Near(0, 181, 1)),
        Filter(near=Near(0, 0, 0)),
        Filter(near=Near(0, 0, math.inf)),
        Filter(near=Near(math.nan, 0, 1)),
        Filter(since=datetime(2024, 1, 2), until=datetime(2024, 1, 1)),
    ],
)
def test_a_senseless_filter_is_refused(photos: Photos, filter: Filter) -> None:
    with pytest.raises(UsageError, match="expected"):
        photos.passing(filter)


def test_a_filter_costs_no_relevance(full: PhotoIndex, eight: list[Path]) -> None:
    """The worst match of all is found at k=1, if it is the only one that passes."""
    worst = full.search("red", k=8)[-1]
    assert [hit.id for hit in full.search("red", 1, Filter(ids=frozenset({worst.id})))] == [
        worst.id
    ]


def test_a_filter_sees_a_photo_that_moved_since_the_last_search(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    only = Filter(under=(folder / "c",))
    (folder / "c").mkdir()
    assert full.search("red", 9, only) == []
    eight[0].rename(folder / "c" / "x.png")
    full.add([folder])
    assert len(full.search("red", 9, only)) == 1


def test_exif_reaches_the_filters(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Model 7"
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:00:00"
    path = draw("camera.jpg", exif=exif)
    draw("plain.jpg", width=9)
    index.add([folder])
    wanted = Filter(since=datetime(2024, 5, 1), until=datetime(2024, 5, 2), camera="model 7")
    hits = index.search("red", 9, wanted)
    assert [hit.path for hit in hits] == [path]
    assert hits[0].info is not None
    assert hits[0].info.taken_at == datetime(2024, 5, 1, 12)


def test_stars_and_comments_reach_the_filters(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x4746] = 5
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0Screenshot"
    path = draw("screen.jpg", exif=exif)
    draw("plain.jpg", width=9)
    index.add([folder])
    for wanted in (Filter(favourites=True), Filter(media=frozenset({"screenshot"}))):
        hits = index.search("red", 9, wanted)
        assert [hit.path for hit in hits] == [path]
        assert hits[0].info is not None
        assert hits[0].info.favourite
        assert hits[0].info.media == {"screenshot"}


def _at(photos: Photos, *times: str) -> list[int]:
    return [photos.add(taken_at=datetime.fromisoformat(time)) for time in times]


def test_months_and_days_are_those_of_every_year(photos: Photos) -> None:
    june, december, january = _at(photos, "1969-06-30T23:59", "2019-12-24", "2020-01-01")
    photos.add()
    assert photos.passing(Filter(months=frozenset({6}))) == [june]
    assert photos.passing(Filter(days=(("12-24", "12-26"),))) == [december]
    assert photos.passing(Filter(days=(("12-24", "01-01"),))) == [december, january]
    assert photos.passing(Filter(days=(("06-30", "06-30"), ("01-01", "01-01")))) == [june, january]


def test_weekdays_count_from_monday(photos: Photos) -> None:
    thursday, monday, sunday = _at(photos, "1970-01-01", "1969-12-29T12:00", "2026-11-29")
    assert photos.passing(Filter(weekdays=frozenset({4}))) == [thursday]
    assert photos.passing(Filter(weekdays=frozenset({1, 7}))) == [monday, sunday]


def test_hours_may_go_across_midnight(photos: Photos) -> None:
    late, early, noon = _at(photos, "1960-05-01T23:30", "2020-05-01T05:59", "2020-05-01T12:00")
    assert photos.passing(Filter(hours=((22, 6),))) == [late, early]
    assert photos.passing(Filter(hours=((12, 18),))) == [noon]
    assert photos.passing(Filter(hours=((18, 24),))) == [late]


def test_away_is_outside_a_circle_and_known(photos: Photos) -> None:
    photos.add(latitude=52.5, longitude=13.4)
    away = photos.add(latitude=38.7, longitude=-9.1)
    photos.add()
    assert photos.passing(Filter(away=Near(52.5, 13.4, 100))) == [away]


def test_days_agree_with_the_calendar(photos: Photos) -> None:
    days = [
        datetime(1899, 12, 1) + timedelta(days=37 * step, hours=step % 24) for step in range(3000)
    ]
    ids = {photos.add(taken_at=day): day for day in days}
    for month in (1, 2, 12):
        expected = [number for number, day in ids.items() if day.month == month]
        assert photos.passing(Filter(months=frozenset({month}))) == expected
    expected = [number for number, day in ids.items() if day.isoweekday() == 3 and day.hour >= 20]
    assert photos.passing(Filter(weekdays=frozenset({3}), hours=((20, 24),))) == expected


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        (Filter(months=frozenset({13})), "months: got 13, expected 1 to 12"),
        (Filter(weekdays=frozenset({0})), "weekdays: got 0, expected 1 to 7"),
        (Filter(days=(("2-3", "02-04"),)), "days: got .*, expected two of MM-DD"),
        (Filter(hours=((5, 5),)), "hours: got .*, expected two different ones of 0 to 24"),
        (Filter(hours=((5, 25),)), "hours: got .*, expected two different ones of 0 to 24"),
        (Filter(away=Near(0, 0, 0)), "radius: got 0 km"),
    ],
)
def test_times_and_circles_that_make_no_sense_are_refused(
    photos: Photos, filter: Filter, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        photos.passing(filter)


def test_states_leave_a_photo_a_photo(photos: Photos) -> None:
    dark = photos.add(media=frozenset({"dark", "selfie"}))
    photos.add(media=frozenset({"live", "dark"}))
    assert photos.passing(Filter(media=frozenset({"photo"}))) == [dark]
