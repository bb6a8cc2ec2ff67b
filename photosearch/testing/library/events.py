"""The calendar of a simulated library: trips, parties and days at home over the years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from photosearch.testing.library.chance import Chance, Wheel
from photosearch.testing.library.places import PLACES, TripPlace, distance_km, nearest_place
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import EventKind

FAMILY = ("Anna", "Ben", "Zoë")
FRIENDS = ("Clara", "David", "Emma", "Jonas", "José", "Łukasz", "Maria", "Noor", "Priya", "Yuki")
HOME_THEMES = ("cat", "child", "cooking", "dog", "flower", "garden", "living room", "street")
_AT_HOME_KM = 50  # a home this near to a city bears its name
_TRIP_DAYS, _GAP_DAYS = (3, 14), (10, 40)
_TRIPS_IN_MONTH = (3, 4, 3, 5, 5, 7, 12, 12, 6, 4, 2, 4)  # January to December
_TRIES = 20  # to find days for a trip
_DAY, _SATURDAY = timedelta(days=1), 5
_LEAST_FREE = 0.4  # of the days at home: those that no gap may take
_DAYTIME = (8, 22)


@dataclass(frozen=True, slots=True)
class Event:
    """What photos are taken of: one place, one or several days, from an hour to an hour."""

    kind: EventKind
    occasion: str
    name: str  # "Lisbon", "Anna's birthday"; "" for a day at home
    first: date
    days: int
    hours: tuple[int, int]  # local; beyond 24 on the day after
    place: TripPlace
    themes: tuple[str, ...]
    people: tuple[str, ...]  # who may be seen
    weight: float  # of how many photos

    @property
    def dates(self) -> Iterator[date]:
        last_hour = (self.days - 1) * 24 + self.hours[1] - 1
        return (self.first + _DAY * day for day in range(last_hour // 24 + 1))


def home_place(plan: LibraryPlan) -> TripPlace:
    """The home: in the time zone of the nearest of PLACES, with its name if that is near."""
    near = nearest_place(plan.home)
    latitude, longitude = plan.home
    is_there = distance_km(plan.home, (near.latitude, near.longitude)) <= _AT_HOME_KM
    names = (near.name, near.country) if is_there else ("", "")
    return TripPlace(*names, latitude, longitude, near.zone, HOME_THEMES)


def calendar(plan: LibraryPlan) -> dict[EventKind, list[Event]]:
    """All trips, parties and days at home, each day of one of them at most."""
    home, busy = home_place(plan), set[date]()
    found: dict[EventKind, list[Event]] = {"trip": [], "party": [], "home": []}
    sources = (_trips(plan, home, busy), _parties(plan, home), _days(plan, home, busy))
    for kind, events in zip(found, sources, strict=True):
        for event in events:
            if busy.isdisjoint(event.dates):
                busy.update(event.dates)
                found[kind].append(event)
    return found


def last_day(plan: LibraryPlan) -> date:
    """No event begins later, so that none goes on into the year behind the last one."""
    return date(plan.years[1], 12, 30)


def _years(plan: LibraryPlan) -> range:
    return range(plan.years[0], plan.years[1] + 1)


def _trips(plan: LibraryPlan, home: TripPlace, busy: set[date]) -> Iterator[Event]:
    """Through all places in turn before one is seen again."""
    chance, months = Chance(plan.seed, "trips"), Wheel(_TRIPS_IN_MONTH)
    away = [place for place in PLACES if place.name != home.name]
    deck: list[TripPlace] = []
    for year in _years(plan):
        for _ in range(chance.count(plan.trips_per_year)):
            deck = deck or chance.shuffled(away)
            found = _free_days(chance, months, year, busy, last_day(plan))
            if found is not None:
                yield _trip(chance, deck.pop(), *found)


def _free_days(
    chance: Chance, months: Wheel, year: int, busy: set[date], last: date
) -> tuple[date, int] | None:
    """The first day and the number of days of a trip, with a free day before and after."""
    for _ in range(_TRIES):
        first = date(year, 1 + months.draw(chance), chance.between(1, 28))
        days = chance.between(*_TRIP_DAYS)
        wanted = (first + _DAY * day for day in range(-1, days + 1))
        if first + _DAY * (days - 1) <= last and busy.isdisjoint(wanted):
            return first, days
    return None


def _trip(chance: Chance, place: TripPlace, first: date, days: int) -> Event:
    people = (*FAMILY, *chance.shuffled(FRIENDS)[:2])
    weight = days * chance.heavy()
    return Event(
        "trip", "trip", place.name, first, days, _DAYTIME, place, place.themes, people, weight
    )


def _parties(plan: LibraryPlan, home: TripPlace) -> Iterator[Event]:
    chance = Chance(plan.seed, "parties")
    born = {name: (chance.between(1, 12), chance.between(1, 28)) for name in FAMILY}
    for year in _years(plan):
        for name, (month, day) in born.items():
            yield _party(chance, "birthday", f"{name}'s birthday", date(year, month, day), home)
        yield _party(chance, "halloween", "Halloween", date(year, 10, 31), home)
        yield _party(chance, "christmas", "Christmas", date(year, 12, 24), home)
        if year < plan.years[1]:
            yield _party(chance, "new year", "New Year's Eve", date(year, 12, 31), home)
        if chance.happens(0.7):
            yield _party(chance, "wedding", *_wedding(chance, year), home)


_PARTY_HOURS = {"birthday": (14, 22), "new year": (20, 27), "wedding": (11, 26)}
_EVENING = (17, 23)


def _party(chance: Chance, occasion: str, name: str, day: date, home: TripPlace) -> Event:
    hours = _PARTY_HOURS.get(occasion, _EVENING)
    people = (*FAMILY, *chance.shuffled(FRIENDS)[:5])
    themes = (occasion, occasion, "people", "food")
    return Event("party", occasion, name, day, 1, hours, home, themes, people, chance.heavy())


def _wedding(chance: Chance, year: int) -> tuple[str, date]:
    """A Saturday from May to September."""
    one, other = sorted(chance.shuffled(FRIENDS)[:2])
    day = date(year, chance.between(5, 9), chance.between(1, 24))
    return f"Wedding of {one} and {other}", day + _DAY * ((_SATURDAY - day.weekday()) % 7)


def _days(plan: LibraryPlan, home: TripPlace, busy: set[date]) -> Iterator[Event]:
    """Most weekends and fewer working days; none while another event goes on, or in a gap."""
    chance = Chance(plan.seed, "days")
    first, last = date(plan.years[0], 1, 1), last_day(plan)
    days = (first + _DAY * day for day in range((last - first).days + 1))
    free = [day for day in days if day not in busy]
    gaps = _gaps(plan, chance, free)
    for day in free:
        weekend = day.weekday() >= _SATURDAY
        weight = chance.heavy() * (2 if weekend else 1)
        if chance.happens(0.8 if weekend else 0.4) and day not in gaps:
            yield Event("home", "", "", day, 1, _DAYTIME, home, home.themes, FAMILY, weight)


def _gaps(plan: LibraryPlan, chance: Chance, free: Iterable[date]) -> set[date]:
    """Days on which nothing is worth a photo."""
    days = list(free)
    found: set[date] = set()
    for _ in _years(plan):
        for _ in range(chance.count(plan.gaps_per_year)):
            first = chance.below(len(days))
            gap = found.union(days[first : first + chance.between(*_GAP_DAYS)])
            if len(gap) <= (1 - _LEAST_FREE) * len(days):
                found = gap
    return found
