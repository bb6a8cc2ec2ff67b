"""Plans as records: what a library without files has."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.testing import LibraryPlan, SimulatedPhoto, plan_library

PLAN = LibraryPlan(photos=4000, seed=7)


@pytest.fixture(scope="module")
def photos() -> tuple[SimulatedPhoto, ...]:
    return plan_library(PLAN)


def share(photos: tuple[SimulatedPhoto, ...], found: list[bool]) -> float:
    return sum(found) / len(photos)


def test_the_years_are_all_covered(photos: tuple[SimulatedPhoto, ...]) -> None:
    assert len(photos) == 4000
    assert {photo.taken_at.year for photo in photos} == set(range(2016, 2026))


def test_the_same_plan_gives_the_same_photos(photos: tuple[SimulatedPhoto, ...]) -> None:
    assert plan_library(PLAN) == photos
    assert plan_library(replace(PLAN, seed=8)) != photos


def test_a_change_of_words_leaves_times_and_places_as_they_are(
    photos: tuple[SimulatedPhoto, ...],
) -> None:
    others = plan_library(replace(PLAN, titles=0.9, people=0.0, favourites=0.5))
    for photo, other in zip(photos, others, strict=True):
        assert (photo.path, photo.local_time, photo.latitude) == (
            other.path,
            other.local_time,
            other.latitude,
        )


@pytest.mark.parametrize(
    ("kind", "expected"), [("trip", 0.42), ("party", 0.13), ("screenshot", 0.05), ("home", 0.4)]
)
def test_kinds_of_events_have_their_shares(
    photos: tuple[SimulatedPhoto, ...], kind: str, expected: float
) -> None:
    assert share(photos, [p.event_kind == kind for p in photos]) == pytest.approx(
        expected, abs=0.03
    )


@pytest.mark.parametrize("name", ["burst", "selfie", "panorama", "portrait", "live", "screenshot"])
def test_kinds_of_photos_have_their_shares(photos: tuple[SimulatedPhoto, ...], name: str) -> None:
    field = name if name == "live" else f"{name}s"
    found = share(photos, [photo.media == name for photo in photos])
    assert found == pytest.approx(getattr(PLAN, field), abs=0.015)


def test_words_and_flaws_have_their_shares(photos: tuple[SimulatedPhoto, ...]) -> None:
    plain = tuple(photo for photo in photos if photo.media != "screenshot")
    found = {
        "titles": [bool(photo.title) for photo in plain],
        "keywords": [bool(photo.keywords) for photo in plain],
        "people": [bool(photo.people) for photo in plain],
        "favourites": [photo.favourite for photo in plain],
        "without_gps": [not photo.has_gps for photo in plain],
        "without_date": [photo.clock == "missing" for photo in plain],
        "wrong_clocks": [photo.clock not in ("right", "missing") for photo in plain],
    }
    for name, values in found.items():
        assert share(plain, values) == pytest.approx(getattr(PLAN, name), abs=0.02), name


def test_the_order_by_utc_is_that_of_local_times_within_an_event(
    photos: tuple[SimulatedPhoto, ...],
) -> None:
    instants = [photo.taken_at - timedelta(minutes=photo.utc_offset_min) for photo in photos]
    assert instants == sorted(instants)
    for _, event in groupby(sorted(photos, key=lambda p: p.event), key=lambda p: p.event):
        found = list(event)
        if len({photo.utc_offset_min for photo in found}) == 1:
            assert found == sorted(found, key=lambda photo: photo.local_time)


def test_a_trip_has_one_place_and_one_country(photos: tuple[SimulatedPhoto, ...]) -> None:
    places: dict[int, set[tuple[str, str]]] = {}
    for photo in photos:
        places.setdefault(photo.event, set()).add((photo.place, photo.country))
    assert {len(found) for found in places.values()} == {1}


def test_events_are_numbered_by_time(photos: tuple[SimulatedPhoto, ...]) -> None:
    first = list(dict.fromkeys(photo.event for photo in photos))
    assert first == list(range(len(first)))


def test_a_file_is_right_where_the_clock_is(photos: tuple[SimulatedPhoto, ...]) -> None:
    for photo in photos:
        assert (photo.written_time == photo.local_time) == (photo.clock == "right")
        assert (photo.written_time is None) == (photo.clock == "missing")
        if photo.written_offset_min is not None:
            assert photo.written_offset_min == photo.utc_offset_min


def test_photos_of_a_burst_share_all_but_time_and_name(photos: tuple[SimulatedPhoto, ...]) -> None:
    bursts: dict[int, set[tuple[object, ...]]] = {}
    for photo in photos:
        if photo.burst is not None:
            shared = (photo.event, photo.camera, photo.clock, photo.has_gps, photo.album)
            bursts.setdefault(photo.burst, set()).add(shared)
    assert len(bursts) > 10
    assert {len(found) for found in bursts.values()} == {1}


def test_a_screenshot_has_no_camera_no_place_and_no_words(
    photos: tuple[SimulatedPhoto, ...],
) -> None:
    found = [photo for photo in photos if photo.media == "screenshot"]
    assert {(p.camera, p.has_gps, p.title, p.album, p.clock) for p in found} == {
        (None, False, "", "Screenshots", "right")
    }
    assert all(p.path.endswith(".png") and p.height > p.width for p in found)


def test_selfies_are_taken_with_the_front_lens(photos: tuple[SimulatedPhoto, ...]) -> None:
    for photo in photos:
        assert ("front" in (photo.lens or "")) == (photo.media == "selfie")


def test_albums_bear_trips_parties_or_months(photos: tuple[SimulatedPhoto, ...]) -> None:
    albums = Counter(photo.album for photo in photos)
    assert any(name.endswith(" 2019") and name.startswith("Anna's") for name in albums)
    assert "2019-03" in albums
    for photo in photos:
        assert photo.path.split("/")[-2] == photo.album
        if photo.event_kind == "trip" and photo.place in photo.album:
            assert photo.album.startswith(photo.local_time[:4]) or photo.local_time[5:7] == "01"


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 300),
    st.integers(1970, 2100),
    st.integers(0, 3),
    st.integers(),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_any_plan_gives_its_number_of_photos_each_with_its_own_path(
    number: int, first: int, more: int, seed: int, home: tuple[float, float]
) -> None:
    years = (first, min(2100, first + more))
    photos = plan_library(LibraryPlan(photos=number, years=years, seed=seed, home=home))
    assert len({photo.path.lower() for photo in photos}) == len(photos) == number
    for photo in photos:
        assert years[0] <= photo.taken_at.year <= years[1]
        assert abs(photo.latitude) <= 90
        assert abs(photo.longitude) <= 180


@pytest.mark.slow
def test_a_hundred_thousand_photos_are_planned() -> None:
    photos = plan_library(LibraryPlan(photos=100_000))
    assert len({photo.path for photo in photos}) == 100_000
