"""When and where photos are: local times, offsets and places that agree."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from photosearch.errors import UsageError
from photosearch.testing import LibraryPlan
from photosearch.testing.library import shots as shots_module
from photosearch.testing.library.places import distance_km
from photosearch.testing.library.shots import Shot, draw_shots

PLAN = LibraryPlan(photos=3000, seed=5)


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    return draw_shots(PLAN)


def test_the_local_time_and_the_offset_are_those_of_the_zone(shots: list[Shot]) -> None:
    for shot in shots:
        there = shot.utc.astimezone(ZoneInfo(shot.event.place.zone))
        assert shot.local == there.replace(tzinfo=None, microsecond=0)
        assert timedelta(minutes=shot.offset_min) == there.utcoffset()


def test_both_offsets_of_a_zone_with_summer_time_occur(shots: list[Shot]) -> None:
    at_home = [shot for shot in shots if shot.event.place.zone == "Europe/Berlin"]
    assert {shot.offset_min for shot in at_home} == {60, 120}
    assert {shot.offset_min for shot in shots} > {-180, 60, 120}


def test_shots_come_by_time(shots: list[Shot]) -> None:
    times = [shot.utc for shot in shots]
    assert times == sorted(times)
    assert {time.tzinfo for time in times} == {UTC}


def test_shots_are_on_the_days_and_near_the_place_of_their_event(shots: list[Shot]) -> None:
    for shot in shots:
        assert shot.local.date() in set(shot.event.dates)
        place = (shot.event.place.latitude, shot.event.place.longitude)
        assert distance_km((shot.latitude, shot.longitude), place) < 15


def test_a_burst_is_three_to_eight_photos_within_seconds(shots: list[Shot]) -> None:
    bursts: dict[int, list[Shot]] = {}
    for shot in shots:
        if shot.burst is not None:
            bursts.setdefault(shot.burst, []).append(shot)
    assert sum(map(len, bursts.values())) == pytest.approx(90, abs=2)
    for burst in bursts.values():
        assert 3 <= len(burst) <= 8
        assert burst[-1].utc - burst[0].utc < timedelta(seconds=3)
        assert {(shot.event.first, shot.latitude, shot.media) for shot in burst} == {
            (burst[0].event.first, burst[0].latitude, "burst")
        }


def test_days_have_one_photo_or_many(shots: list[Shot]) -> None:
    counts = [len(list(day)) for _, day in groupby(shots, key=lambda shot: shot.local.date())]
    assert counts.count(1) > 100
    assert max(counts) > 30


def test_there_are_nights_and_all_seasons(shots: list[Shot]) -> None:
    assert any(shot.local.hour < 3 for shot in shots)  # after a party
    assert any(shot.local.hour >= 22 for shot in shots)
    assert {shot.local.month for shot in shots} == set(range(1, 13))


@pytest.mark.parametrize("photos", [1, 2, 3, 10])
def test_a_library_may_be_tiny(photos: int) -> None:
    assert len(draw_shots(LibraryPlan(photos=photos, years=(2020, 2020)))) == photos


def test_a_machine_without_time_zones_is_told_what_brings_them() -> None:
    with pytest.raises(UsageError, match="pip install tzdata"):
        shots_module._zone("Mars/Olympus")


@pytest.mark.parametrize("kind", ["trips", "parties", "screenshots"])
def test_a_library_may_be_of_one_kind(kind: str) -> None:
    none = {"trips": 0.0, "parties": 0.0, "screenshots": 0.0, "bursts": 0.0, "selfies": 0.0}
    none |= {"panoramas": 0.0, "portraits": 0.0, "live": 0.0, kind: 1.0}
    shots = draw_shots(LibraryPlan(photos=50, **none))  # type: ignore[arg-type]
    wanted = {"trips": "trip", "parties": "party", "screenshots": "screenshot"}[kind]
    assert {shot.event.kind for shot in shots} == {wanted}


def test_without_trips_their_photos_are_taken_elsewhere() -> None:
    shots = draw_shots(LibraryPlan(photos=50, trips_per_year=0))
    assert {shot.event.kind for shot in shots} <= {"party", "home", "screenshot"}
