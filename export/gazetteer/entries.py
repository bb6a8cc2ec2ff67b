"""From places to the lines of the gazetteer: what a name means, in which order, within 1 MB."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from export.gazetteer.sources import Place, distance_km, lines, rows
from export.gazetteer.words import is_short_phrase, words_alike
from photosearch.query.gazetteer import MOST_WORDS, capitalised, fold_name

MOST_BYTES: Final = 1_000_000
_ROOM_FOR_HEAD: Final = 50  # bytes
MOST_PLACES: Final = 5  # of one name
_SHORTEST: Final = 3  # letters of a key that is in no list
_SAME_KM: Final = 20  # places of one name and country that are nearer are one
_FUZZY_LETTERS: Final = 6
# A city that slips are taken for has so many inhabitants, and more where fewer people know it
_FUZZY_POPULATION: Final = 200_000
_FUZZY_FAR: Final = 1_500_000
# Countries whose smaller cities are likelier in a person's photos
NEAR: Final = frozenset(
    (
        *("AD", "AL", "AT", "AU", "BA", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE"),
        *("ES", "FI", "FO", "FR", "GB", "GI", "GR", "HR", "HU", "IE", "IL", "IS", "IT", "JP"),
        *("LI", "LT", "LU", "LV", "MC", "ME", "MK", "MT", "NL", "NO", "NZ", "PL", "PT", "RO"),
        *("RS", "SE", "SG", "SI", "SK", "SM", "TR", "US", "XK"),
    )
)


def render(places: Sequence[Place]) -> bytes:
    """The whole file: the listed places, and the others by population until it is full."""
    named = _by_key(places)
    fuzzy = frozenset(key for key, found in named.items() if _is_fuzzy(key, found))
    body = {key: f"{key}\tx\t\n" for key in words_alike(fuzzy)}
    room = MOST_BYTES - _ROOM_FOR_HEAD - _size(body.values())
    for key in sorted(named, key=lambda key: (-_weight(named[key]), key)):
        line = _line(key, named[key], is_fuzzy=key in fuzzy)
        room -= _size([line]) - _size([body.get(key, "")])
        if room < 0:
            break
        body[key] = line
    text = "".join(body[key] for key in sorted(body)).encode()
    return b"#photosearch gazetteer 1 %d\n" % len(text) + text


def _by_key(places: Iterable[Place]) -> dict[str, list[Place]]:
    """The places of each name, the best known first."""
    preferred = {row["key"]: row for row in rows("preferred.csv")}
    named: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        for key in dict.fromkeys(map(fold_name, place.names)):
            if _is_typed(key) and (place.is_listed or len(key) >= _SHORTEST):
                named[key].append(place)
    return {key: _ranked(found, preferred.get(key)) for key, found in named.items()}


def _is_typed(key: str) -> bool:
    """Whether it is a key at all, and no longer than what a person types."""
    return key.isascii() and 1 <= len(key.split()) <= MOST_WORDS


def _ranked(found: list[Place], preferred: dict[str, str] | None) -> list[Place]:
    """The first ones, none of them twice: one of a list stands for that of GeoNames."""
    kept: list[Place] = []
    for place in sorted(found, key=lambda place: (not place.is_listed, -place.population)):
        if not any(_is_same(place, other) for other in kept):
            kept.append(place)
    kept.sort(key=lambda place: (not _is(preferred, place), -place.population))
    return kept[:MOST_PLACES]


def _is(row: dict[str, str] | None, place: Place) -> bool:
    """Whether a row of preferred.csv means this place."""
    shown = row and (row["shown"] or place.names[0])
    return row is not None and (row["country"], shown) == (place.country, place.names[0])


def _is_same(place: Place, other: Place) -> bool:
    points = ((each.latitude, each.longitude) for each in (place, other))
    return place.country == other.country and distance_km(*points) < _SAME_KM


def _is_fuzzy(key: str, found: Sequence[Place]) -> bool:
    """Whether a slip may be taken for this name."""
    if sum(map(str.isalpha, key)) < _FUZZY_LETTERS or any(map(str.isdigit, key)):
        return False
    if key in lines("words.txt") | lines("names.txt") or is_short_phrase(key):
        return False
    return any(place.is_listed or _is_known(place) for place in found)


def _is_known(place: Place) -> bool:
    return place.population >= (_FUZZY_POPULATION if place.country in NEAR else _FUZZY_FAR)


def _weight(found: Sequence[Place]) -> float:
    """How much a name is worth its bytes."""
    if any(place.is_listed for place in found):
        return float("inf")
    return max(place.population * (2 if place.country in NEAR else 1) for place in found)


def _line(key: str, found: Iterable[Place], *, is_fuzzy: bool) -> str:
    flags = "f" * is_fuzzy + "w" * (key in lines("words.txt")) + "n" * (key in lines("names.txt"))
    return f"{key}\t{flags}\t{'|'.join(_place(key, place) for place in found)}\n"


def _place(key: str, place: Place) -> str:
    name = place.names[0].replace(",", "")
    where = f"{_degrees(place.latitude)},{_degrees(place.longitude)}"
    people = (place.population + 500) // 1000
    shown = "" if name == capitalised(key) else name
    return f"{shown},{place.country},{where},{place.radius_km},{people}"


def _degrees(value: float) -> str:
    """Two places, about 1 km, without zeros at the end."""
    return f"{round(value, 2) + 0.0:g}"


def _size(texts: Iterable[str]) -> int:
    return sum(len(text.encode()) for text in texts)
