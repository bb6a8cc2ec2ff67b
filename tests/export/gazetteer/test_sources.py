"""Lists, distances and radii."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from export.gazetteer import sources
from photosearch.query.gazetteer import fold_name


@pytest.mark.parametrize(("population", "radius"), [(500, 6), (15_000, 6), (500_000, 15)])
def test_a_city_is_as_wide_as_its_population_says(population: int, radius: int) -> None:
    assert sources.city_radius_km(population) == radius


def test_distances_are_those_of_the_chord() -> None:
    here, there = (52.52, 13.405), (-33.87, 151.21)  # Berlin, Sydney
    chord = math.dist(*(_on_sphere(*map(math.radians, point)) for point in (here, there)))
    along = 2 * math.asin(chord / 2) * sources.EARTH_RADIUS_KM
    assert sources.distance_km(here, there) == pytest.approx(along, rel=1e-9)


def _on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    flat = math.cos(latitude)
    return flat * math.cos(longitude), flat * math.sin(longitude), math.sin(latitude)


@pytest.mark.parametrize(
    ("country", "point"),
    [
        ("DE", (48.14, 11.58)),  # Munich
        ("IT", (37.5, 15.09)),  # Catania
        ("JP", (43.06, 141.35)),  # Sapporo
        ("PT", (37.02, -7.93)),  # Faro
        ("US", (47.61, -122.33)),  # Seattle
        ("NO", (69.65, 18.96)),  # Tromsø
    ],
)
def test_a_country_reaches_its_cities(
    places: list[sources.Place], country: str, point: tuple[float, float]
) -> None:
    first = next(place for place in places if place.country == country)
    assert sources.distance_km((first.latitude, first.longitude), point) <= first.radius_km


@pytest.mark.parametrize("name", ["words.txt", "names.txt"])
def test_lists_are_sorted_keys(name: str) -> None:
    keys = (sources.HERE / name).read_text(encoding="utf-8").split("\n")
    assert keys.pop() == ""
    assert keys == sorted(set(keys))
    assert all(fold_name(key) == key for key in keys)


def test_no_place_is_listed_twice() -> None:
    for name in ("countries.csv", "regions.csv", "cities.csv"):
        counts = Counter(tuple(row.values()) for row in sources.rows(name))
        assert [row for row, count in counts.items() if count > 1] == []
