"""The places of trips, against the database of time zones and geometry in space."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.testing.library.places import PLACES, TripPlace, distance_km, nearest_place

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_there_are_about_forty_places_on_both_hemispheres() -> None:
    assert len({place.name for place in PLACES}) == len(PLACES) >= 40
    assert sum(place.latitude < 0 for place in PLACES) >= 8
    assert sum(place.longitude < 0 for place in PLACES) >= 8


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_place_lies_about_where_its_time_zone_is(place: TripPlace) -> None:
    from datetime import datetime

    offset = ZoneInfo(place.zone).utcoffset(datetime(2024, 1, 15))
    assert offset is not None
    assert abs(offset.total_seconds() / 3600 - place.longitude / 15) < 2


def on_the_sphere(point: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    latitude, longitude = map(math.radians, point)
    return np.array(
        [
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
        ]
    )


@given(points, points)
def test_a_distance_is_the_angle_between_two_vectors(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    a, b = on_the_sphere(one), on_the_sphere(other)
    angle = math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))
    assert distance_km(one, other) == pytest.approx(6371 * angle, abs=0.5)


@pytest.mark.parametrize(
    ("point", "name"), [((52.4, 13.1), "Berlin"), ((40.0, -75.0), "New York"), ((-90, 0), None)]
)
def test_the_nearest_place_is_found(point: tuple[float, float], name: str | None) -> None:
    assert name is None or nearest_place(point).name == name
    assert nearest_place(point) in PLACES
