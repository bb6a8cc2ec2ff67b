"""The calendar: trips, parties and days at home that fit into the years."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.testing import LibraryPlan
from photosearch.testing.library.events import calendar, home_place, last_day
from photosearch.testing.library.places import PLACES

TEN_YEARS = LibraryPlan(years=(2016, 2025), seed=3)


def test_no_day_belongs_to_two_events() -> None:
    days = [day for events in calendar(TEN_YEARS).values() for e in events for day in e.dates]
    assert len(days) == len(set(days))


def test_trips_take_three_to_fourteen_days_to_places_away() -> None:
    trips = calendar(TEN_YEARS)["trip"]
    assert len(trips) == 30
    assert {trip.days for trip in trips} <= set(range(3, 15))
    assert "Berlin" not in {trip.place.name for trip in trips}
    assert {trip.place.latitude < 0 for trip in trips} == {True, False}


def test_no_place_is_seen_again_before_all_were() -> None:
    trips = calendar(TEN_YEARS)["trip"]
    assert len({trip.place.name for trip in trips}) == len(trips)


def test_parties_are_on_their_days() -> None:
    days: dict[str, set[tuple[int, int]]] = {}
    for party in calendar(TEN_YEARS)["party"]:
        days.setdefault(party.name, set()).add((party.first.month, party.first.day))
        if party.occasion == "wedding":
            assert party.first.weekday() == 5
            assert 5 <= party.first.month <= 9 or party.first == date(party.first.year, 9, 30)
    assert days["Christmas"] == {(12, 24)}
    assert days["Halloween"] == {(10, 31)}
    assert days["New Year's Eve"] == {(12, 31)}
    assert all(len(days[f"{name}'s birthday"]) == 1 for name in ("Anna", "Ben", "Zoë"))


def test_there_are_gaps_and_more_weekends_than_working_days() -> None:
    days = [event.first for event in calendar(TEN_YEARS)["home"]]
    assert max((b - a).days for a, b in pairwise(days)) >= 10
    weekend = sum(day.weekday() >= 5 for day in days) / (10 * 104)
    assert weekend > sum(day.weekday() < 5 for day in days) / (10 * 261) > 0


@pytest.mark.parametrize(
    ("home", "name", "zone"),
    [
        ((52.4, 13.1), "Berlin", "Europe/Berlin"),
        ((-33.9, 151.2), "Sydney", "Australia/Sydney"),
        ((0.0, -30.0), "", None),
        ((90.0, 0.0), "", None),
    ],
)
def test_a_home_has_the_name_and_the_zone_of_what_is_near(
    home: tuple[float, float], name: str, zone: str | None
) -> None:
    place = home_place(LibraryPlan(home=home))
    assert place.name == name
    assert zone in (None, place.zone)
    assert (place.latitude, place.longitude) == home


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1970, 2099), st.integers(0, 2), st.integers(), st.floats(0, 20), st.floats(0, 20)
)
def test_every_calendar_keeps_to_its_years_and_has_days_at_home(
    first: int, more: int, seed: int, trips: float, gaps: float
) -> None:
    years = (first, min(2100, first + more))
    plan = LibraryPlan(years=years, seed=seed, trips_per_year=trips, gaps_per_year=gaps)
    events = calendar(plan)
    assert events["home"]
    assert all(each.place in PLACES for each in events["trip"])
    days = [day for kind in events.values() for event in kind for day in event.dates]
    assert min(days) >= date(years[0], 1, 1)
    assert max(days).year <= years[1]
    assert last_day(plan) == date(years[1], 12, 30)
