"""The places that simulated trips go to, with coordinates, time zones and what one sees there."""

from __future__ import annotations

import math
from dataclasses import dataclass

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class TripPlace:
    """A city or a region; coordinates to about a kilometre."""

    name: str
    country: str
    latitude: float  # degrees
    longitude: float  # degrees
    zone: str  # of the IANA time zone database
    themes: tuple[str, ...]  # what photos from there show


_CITY, _SEA, _WILD = ("city", "street", "food"), ("beach", "boat", "food"), ("mountain", "lake")
_PARK, _SNOW, _DRY = ("animal", "landscape"), ("snow", "mountain"), ("desert", "street")
PLACES = tuple(
    TripPlace(*row)
    for row in (
        ("Amsterdam", "Netherlands", 52.374, 4.890, "Europe/Amsterdam", _CITY),
        ("Athens", "Greece", 37.984, 23.728, "Europe/Athens", _CITY),
        ("Auckland", "New Zealand", -36.849, 174.764, "Pacific/Auckland", _SEA),
        ("Bangkok", "Thailand", 13.754, 100.501, "Asia/Bangkok", _CITY),
        ("Barcelona", "Spain", 41.389, 2.159, "Europe/Madrid", _SEA),
        ("Berlin", "Germany", 52.520, 13.405, "Europe/Berlin", _CITY),
        ("Buenos Aires", "Argentina", -34.604, -58.382, "America/Argentina/Buenos_Aires", _CITY),
        ("Cape Town", "South Africa", -33.925, 18.424, "Africa/Johannesburg", _SEA),
        ("Chamonix", "France", 45.924, 6.870, "Europe/Paris", _SNOW),
        ("Copenhagen", "Denmark", 55.676, 12.568, "Europe/Copenhagen", _CITY),
        ("Cusco", "Peru", -13.532, -71.967, "America/Lima", _WILD),
        ("Denpasar", "Indonesia", -8.650, 115.217, "Asia/Makassar", _SEA),
        ("Dubai", "United Arab Emirates", 25.205, 55.271, "Asia/Dubai", _DRY),
        ("Edinburgh", "United Kingdom", 55.953, -3.188, "Europe/London", _CITY),
        ("Florence", "Italy", 43.769, 11.255, "Europe/Rome", _CITY),
        ("Honolulu", "United States", 21.307, -157.858, "Pacific/Honolulu", _SEA),
        ("Innsbruck", "Austria", 47.269, 11.404, "Europe/Vienna", _SNOW),
        ("Kathmandu", "Nepal", 27.717, 85.324, "Asia/Kathmandu", _WILD),
        ("Kraków", "Poland", 50.062, 19.937, "Europe/Warsaw", _CITY),
        ("Kyoto", "Japan", 35.012, 135.768, "Asia/Tokyo", _CITY),
        ("Lisbon", "Portugal", 38.722, -9.139, "Europe/Lisbon", _SEA),
        ("London", "United Kingdom", 51.507, -0.128, "Europe/London", _CITY),
        ("Malé", "Maldives", 4.175, 73.509, "Indian/Maldives", _SEA),
        ("Marseille", "France", 43.297, 5.381, "Europe/Paris", _SEA),
        ("Mumbai", "India", 19.076, 72.878, "Asia/Kolkata", _CITY),
        ("Munich", "Germany", 48.137, 11.575, "Europe/Berlin", _CITY),
        ("Nairobi", "Kenya", -1.292, 36.822, "Africa/Nairobi", _PARK),
        ("New York", "United States", 40.713, -74.006, "America/New_York", _CITY),
        ("Paris", "France", 48.857, 2.352, "Europe/Paris", _CITY),
        ("Queenstown", "New Zealand", -45.031, 168.663, "Pacific/Auckland", _WILD),
        ("Reykjavik", "Iceland", 64.147, -21.942, "Atlantic/Reykjavik", _PARK),
        ("Rio de Janeiro", "Brazil", -22.907, -43.173, "America/Sao_Paulo", _SEA),
        ("San Francisco", "United States", 37.775, -122.419, "America/Los_Angeles", _CITY),
        ("Santiago", "Chile", -33.449, -70.669, "America/Santiago", _CITY),
        ("Singapore", "Singapore", 1.352, 103.820, "Asia/Singapore", _CITY),
        ("Split", "Croatia", 43.508, 16.440, "Europe/Zagreb", _SEA),
        ("St. John's", "Canada", 47.561, -52.713, "America/St_Johns", _PARK),
        ("Sydney", "Australia", -33.869, 151.209, "Australia/Sydney", _SEA),
        ("Tromsø", "Norway", 69.649, 18.956, "Europe/Oslo", _SNOW),
        ("Vancouver", "Canada", 49.283, -123.121, "America/Vancouver", _WILD),
        ("Zanzibar", "Tanzania", -6.165, 39.203, "Africa/Dar_es_Salaam", _SEA),
        ("Zermatt", "Switzerland", 46.020, 7.749, "Europe/Zurich", _SNOW),
    )
)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the great circle, by the haversine formula; points are degrees north and east."""
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def nearest_place(point: tuple[float, float]) -> TripPlace:
    """The place of `PLACES` that is nearest to a point."""
    return min(PLACES, key=lambda place: distance_km(point, (place.latitude, place.longitude)))
