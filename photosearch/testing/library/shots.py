"""When and where the photos of a simulated library are taken: moments of events, and bursts.

A photo draws its event by the event's weight, and a moment of it; photos of a moment are minutes
and metres apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from photosearch.errors import UsageError
from photosearch.testing.library.chance import Chance, Wheel
from photosearch.testing.library.events import Event, calendar, home_place, last_day
from photosearch.testing.library.places import TripPlace
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import EventKind, Kind

_BURST = (3, 8)  # photos
_BURST_GAP_US = 300_000
_OF_A_MOMENT = 4  # photos, on average
_APART_S = 240  # photos of a moment, at most
_NIGHT, _NIGHT_FROM, _NIGHT_MIN = 0.06, 22, 90  # of moments: how many, from when, minutes
_AWAKE = (7, 24)  # hours of screenshots
# Degrees around the place: of an event, of a moment, of a photo. 0.01 is about a kilometre.
_AROUND: dict[EventKind, float] = {"trip": 0.06, "party": 0.02, "home": 0.03, "screenshot": 0.001}
_STEPS = 0.0004
_IN_THE_HOUSE = 0.6  # of moments at home: those at the place itself


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo, as far as chance has decided it: nothing is named or written yet."""

    event: Event
    utc: datetime  # aware
    local: datetime  # naive, whole seconds
    offset_min: int
    latitude: float  # degrees, to six digits
    longitude: float
    theme: str
    media: Kind | None
    burst: int | None


@dataclass(frozen=True, slots=True)
class _Moment:
    begin: datetime  # UTC
    latitude: float
    longitude: float
    theme: str


def draw_shots(plan: LibraryPlan) -> list[Shot]:
    """As many as the plan says, by time."""
    events = calendar(plan)
    screenshots = round(plan.photos * plan.screenshots)
    sizes = _sizes(plan, plan.photos - screenshots)
    shots = list(_photos(plan, events, sizes))
    shots += _screenshots(plan, events["trip"], screenshots)
    return sorted(shots, key=lambda shot: shot.utc)


def _sizes(plan: LibraryPlan, photos: int) -> list[int]:
    """1 for a single photo, more for a burst, in any order; the sum is `photos`."""
    chance, left = Chance(plan.seed, "bursts"), min(photos, round(plan.photos * plan.bursts))
    bursts = []
    while left >= _BURST[0]:
        bursts.append(min(left, chance.between(*_BURST)))
        left -= bursts[-1]
    return chance.shuffled([*bursts, *[1] * (photos - sum(bursts))])


def _photos(
    plan: LibraryPlan, events: dict[EventKind, list[Event]], sizes: list[int]
) -> Iterator[Shot]:
    chance, kinds = Chance(plan.seed, "photos"), _Kinds(plan)
    number = 0
    for event, parts in _by_event(plan, events, sizes):
        moments = list(_moments(chance, event, 1 + len(parts) // _OF_A_MOMENT))
        for size in parts:
            media: Kind | None = "burst" if size > 1 else kinds.draw(chance)
            first = _shot(chance, event, chance.one(moments), media, number if size > 1 else None)
            yield from _burst(first, size)
            number += size > 1


class _Kinds:
    """What a photo is that belongs to no burst."""

    def __init__(self, plan: LibraryPlan) -> None:
        named: dict[Kind, float] = {
            "selfie": plan.selfies, "panorama": plan.panoramas,
            "portrait": plan.portraits, "live": plan.live,
        }  # fmt: skip
        self._names: list[Kind | None] = [*named, None]
        rest = max(0.0, 1 - plan.screenshots - plan.bursts - sum(named.values()))
        self._wheel = Wheel([*named.values(), rest or 1e-9])

    def draw(self, chance: Chance) -> Kind | None:
        return self._names[self._wheel.draw(chance)]


def _by_event(
    plan: LibraryPlan, events: dict[EventKind, list[Event]], sizes: list[int]
) -> list[tuple[Event, list[int]]]:
    """Shares the photos out: first among trips, parties and home, then among their events."""
    chance = Chance(plan.seed, "shares")
    shares = {"trip": plan.trips, "party": plan.parties}
    shares["home"] = max(0.0, 1 - plan.trips - plan.parties - plan.screenshots)
    kinds = [kind for kind in events if events[kind] and shares[kind]] or ["home"]
    wheel = Wheel([shares[kind] or 1 for kind in kinds])
    days = {kind: Wheel([event.weight for event in events[kind]]) for kind in kinds}
    parts: dict[tuple[EventKind, int], list[int]] = {}
    for size in sizes:
        kind = kinds[wheel.draw(chance)]
        parts.setdefault((kind, days[kind].draw(chance)), []).append(size)
    return [(events[kind][place], found) for (kind, place), found in sorted(parts.items())]


def _moments(chance: Chance, event: Event, number: int) -> Iterator[_Moment]:
    for _ in range(number):
        minute = 60 * event.hours[0] + chance.below(60 * (event.hours[1] - event.hours[0]) - 10)
        if event.kind != "party" and chance.happens(_NIGHT):
            minute = 60 * _NIGHT_FROM + chance.below(_NIGHT_MIN)
        day = event.first + timedelta(days=chance.below(event.days))
        at_home = event.kind == "home" and chance.happens(_IN_THE_HOUSE)
        around = 0.0 if at_home else _AROUND[event.kind]
        yield _Moment(
            _as_utc(day, minute, event.place.zone),
            event.place.latitude + chance.spread(around),
            event.place.longitude + chance.spread(around),
            chance.one(event.themes),
        )


def _shot(
    chance: Chance, event: Event, moment: _Moment, media: Kind | None, burst: int | None
) -> Shot:
    utc = moment.begin + timedelta(
        seconds=chance.below(_APART_S), microseconds=chance.below(900_000)
    )
    latitude = moment.latitude + chance.spread(_STEPS)
    longitude = moment.longitude + chance.spread(_STEPS)
    return _at(event, utc, (latitude, longitude), moment.theme, media, burst)


def _at(
    event: Event,
    utc: datetime,
    point: tuple[float, float],
    theme: str,
    media: Kind | None,
    burst: int | None = None,
) -> Shot:
    local = utc.astimezone(_zone(event.place.zone))
    offset = local.utcoffset() or timedelta()
    latitude = round(max(-90.0, min(90.0, point[0])), 6)
    longitude = round((point[1] + 180) % 360 - 180, 6)
    clock = local.replace(tzinfo=None, microsecond=0, fold=0)
    minutes = offset // timedelta(minutes=1)
    return Shot(event, utc, clock, minutes, latitude, longitude, theme, media, burst)


def _burst(first: Shot, size: int) -> Iterator[Shot]:
    """The photo itself, and those that follow it a third of a second apart."""
    yield first
    for number in range(1, size):
        utc = first.utc + timedelta(microseconds=number * _BURST_GAP_US)
        point = (first.latitude, first.longitude)
        yield _at(first.event, utc, point, first.theme, first.media, first.burst)


def _screenshots(plan: LibraryPlan, trips: list[Event], number: int) -> Iterator[Shot]:
    """At any time, wherever the phone is; each is an event of its own."""
    chance, home = Chance(plan.seed, "screenshots"), home_place(plan)
    away = {day: trip.place for trip in trips for day in trip.dates}
    begin = date(plan.years[0], 1, 1)
    days = (last_day(plan) - begin).days + 1
    for _ in range(number):
        day = begin + timedelta(days=chance.below(days))
        event = _screenshot(day, away.get(day, home))
        minute = chance.between(60 * _AWAKE[0], 60 * _AWAKE[1] - 2)
        utc = _as_utc(day, minute, event.place.zone) + timedelta(seconds=chance.below(60))
        point = (event.place.latitude, event.place.longitude)
        yield _at(event, utc, point, "screenshot", "screenshot")


def _screenshot(day: date, place: TripPlace) -> Event:
    return Event("screenshot", "screenshot", "", day, 1, _AWAKE, place, ("screenshot",), (), 1.0)


def _as_utc(day: date, minute: int, zone: str) -> datetime:
    """A local time; one that a zone skips is the time an hour later (PEP 495)."""
    at = datetime.combine(day, time.min) + timedelta(minutes=minute)
    return at.replace(tzinfo=_zone(zone)).astimezone(UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise UsageError(
            f"time zone {name}: not on this machine, expected the IANA database; "
            "`pip install tzdata` brings it"
        ) from error
