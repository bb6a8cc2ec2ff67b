"""Dates that are told from now: today, last summer, two weeks ago, this morning.

"Last" is the newest that is wholly over, "this" that of the current year, month or week. "Two
weeks ago" is that calendar week, "three days ago" that day, "the last three days" are those and
today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from photosearch.query.dates.calendar import (
    LAST_DAY,
    Clock,
    Interval,
    Yearly,
    days_from,
    interval,
    month_of,
    week_of,
    year_of,
)
from photosearch.query.dates.feasts import FEASTS, season
from photosearch.query.dates.items import Item, ends
from photosearch.query.dates.vocabulary import (
    DAYPARTS,
    DOUBTFUL_MONTHS,
    DOUBTFUL_SEASONS,
    LAST,
    MONTHS,
    NIGHT_FROM,
    NIGHT_TO,
    NUMBERS,
    RELATIVE,
    SEASONS,
    UNITS,
    WEEKDAYS,
)
from photosearch.query.words import Run

_MOST: Final = 999  # of units that lie between now and a date
_HOUR: Final = timedelta(hours=1)


def read_relative(run: Run, at: int, clock: Clock) -> Item | None:
    """The date that begins at a place, if it is told from now."""
    for reader in (_named_day, _last, _this, _last_many, _ago):
        found = reader(run, at, clock)
        if found is not None:
            return found
    return None


def _named_day(run: Run, at: int, clock: Clock) -> Item | None:
    """today, yesterday evening, the day before yesterday, tonight."""
    key = run.key(at)
    if key == "tonight":
        return _item(at + 1, _night(clock.today))
    if run.keys(at, 4) == ("the", "day", "before", "yesterday"):
        return _item(at + 4, days_from(clock.today, -2, 1))
    if run.keys(at, 3) == ("day", "before", "yesterday"):
        return _item(at + 3, days_from(clock.today, -2, 1))
    if key not in RELATIVE:
        return None
    day = days_from(clock.today, RELATIVE[key], 1)
    part = run.next(at + 1)
    if day is not None and part in DAYPARTS:
        return _item(at + 2, _part_of(day.start, part))
    return _item(at + 1, day)


def _item(end: int, fixed: Interval | None) -> Item | None:
    return Item(end, fixed=fixed) if fixed else None


def _part_of(day: datetime, part: str) -> Interval | None:
    """A part of one day; a night ends on the next."""
    first, last = DAYPARTS[part]
    last += 24 if last < first else 0
    return interval(lambda: (day + first * _HOUR, day + last * _HOUR))


def _night(day: datetime) -> Interval | None:
    """The night that begins on a day, as "last night" means it."""
    return interval(lambda: (day + NIGHT_FROM * _HOUR, day + (24 + NIGHT_TO) * _HOUR))


def _last(run: Run, at: int, clock: Clock) -> Item | None:
    """last night, last week, last june, last summer, last monday, last christmas."""
    if run.key(at) not in LAST:
        return None
    name = run.next(at + 1).removesuffix("s")
    if run.key(at) == "past":  # "a walk past night clubs"
        return _item(at + 2, _UNIT_BEFORE[name](clock, 1)) if name in _SPANS else None
    if (found := _yearly(run, at + 1, clock)) is not None:
        return _item(found[1], found[0].newest(clock.now))
    if name in WEEKDAYS:
        back = (clock.today.weekday() - (WEEKDAYS[name] - 1)) % 7 or 7
        return _item(at + 2, days_from(clock.today, -back, 1))
    if name in _SPANS or name == "night":
        return _item(at + 2, _UNIT_BEFORE[name](clock, 1))
    if name in DAYPARTS and name != "night":
        return _item(at + 2, _newest_part(clock, name))
    return None


def _yearly(run: Run, at: int, clock: Clock) -> tuple[Yearly, int] | None:
    """A month, a season or a feast, and the place behind it."""
    name = run.next(at)
    if name in MONTHS:
        return Yearly((MONTHS[name], 1), (MONTHS[name], LAST_DAY)), at + 1
    if name in SEASONS:
        return season(name, southern=clock.is_southern()), at + 1
    for words, yearly in FEASTS.get(name, ()):
        if run.keys(at, len(words)) == words:
            return yearly, at + len(words)
    return None


def _newest_part(clock: Clock, part: str) -> Interval | None:
    """The newest morning, afternoon or evening that is over."""
    found = _part_of(clock.today, part)
    if found is None or found.is_over(clock.now):
        return found
    yesterday = days_from(clock.today, -1, 1)
    return _part_of(yesterday.start, part) if yesterday else None


def _last_night(clock: Clock, count: int) -> Interval | None:
    """The newest that is over at that; at 3 in the morning, the one before this one."""
    back = count if clock.now.hour >= NIGHT_TO else count + 1
    day = days_from(clock.today, -back, 1)
    return _night(day.start) if day else None


def _weekend_before(clock: Clock, count: int) -> Interval | None:
    week = week_of(clock.today, -count)
    return days_from(week.start, 5, 2) if week else None


def _month_before(clock: Clock, count: int) -> Interval | None:
    months = clock.now.year * 12 + clock.now.month - 1 - count
    return month_of(months // 12, months % 12 + 1)


def _decade_before(clock: Clock, count: int) -> Interval | None:
    start = clock.now.year // 10 * 10 - 10 * count
    return interval(lambda: (datetime(start, 1, 1), datetime(start + 10, 1, 1)))


def _hour_before(clock: Clock, count: int) -> Interval | None:
    hour = clock.now.replace(minute=0, second=0, microsecond=0)
    return interval(lambda: (hour - count * _HOUR, hour - (count - 1) * _HOUR))


# That which lies so many before the current one, which is number 0
_UNIT_BEFORE: Final[dict[str, Callable[[Clock, int], Interval | None]]] = {
    "hour": _hour_before,
    "day": lambda clock, count: days_from(clock.today, -count, 1),
    "night": _last_night,
    "week": lambda clock, count: week_of(clock.today, -count),
    "weekend": _weekend_before,
    "month": _month_before,
    "year": lambda clock, count: year_of(clock.now.year - count),
    "decade": _decade_before,
}

_SPANS: Final = frozenset(("week", "weekend", "month", "year", "decade"))


def _this(run: Run, at: int, clock: Clock) -> Item | None:
    """this morning, this week, this weekend, this june, this summer, this monday."""
    if run.key(at) != "this":
        return None
    name = run.next(at + 1)
    if name in DAYPARTS:
        return _item(
            at + 2, _night(clock.today) if name == "night" else _part_of(clock.today, name)
        )
    if (found := _yearly(run, at + 1, clock)) is not None:
        is_doubtful = name in DOUBTFUL_MONTHS | DOUBTFUL_SEASONS  # "this may be a dog"
        if not is_doubtful or ends(run, found[1]):
            return _item(found[1], found[0].of(clock.now.year))
    if name in WEEKDAYS:
        week = week_of(clock.today)
        return _item(at + 2, week and days_from(week.start, WEEKDAYS[name] - 1, 1))
    if name in _SPANS:
        return _item(at + 2, _UNIT_BEFORE[name](clock, 0))
    return None


def _last_many(run: Run, at: int, clock: Clock) -> Item | None:
    """the last three days, the past two weeks: up to the end of today."""
    if run.key(at) not in LAST:
        return None
    count = number(run.next(at + 1))
    unit = UNITS.get(run.next(at + 2))
    if count is None or unit is None or unit in ("weekend", "hour"):
        return None
    start = _back(clock, unit, count)
    tomorrow = days_from(clock.today, 1, 0)
    if start is None or tomorrow is None:
        return None
    return _item(at + 3, Interval(start, tomorrow.start))


def number(key: str) -> int | None:
    """A count in digits or as a word; none of 0 or beyond what a person would count."""
    count = int(key) if key.isascii() and key.isdigit() and len(key) <= 3 else NUMBERS.get(key, 0)
    return count if 1 <= count <= _MOST else None


def _back(clock: Clock, unit: str, count: int) -> datetime | None:
    """The same day so many units ago; the last day of a shorter month."""
    if unit in ("day", "week"):
        found = days_from(clock.today, -count * (7 if unit == "week" else 1), 1)
        return found.start if found else None
    months = count * {"month": 1, "year": 12, "decade": 120}[unit]
    month = _month_before(clock, months)
    if month is None:
        return None
    return min(month.start + timedelta(clock.today.day - 1), month.end - timedelta(1))


def _count(run: Run, at: int) -> tuple[int | None, int]:
    """A number, or "a couple of"; and the place behind it."""
    if run.keys(at, 2) == ("a", "couple"):
        return 2, at + 2 + (run.next(at + 2) == "of")
    return number(run.key(at)), at + 1


def _ago(run: Run, at: int, clock: Clock) -> Item | None:
    """three days ago, a year ago, a couple of weeks ago, two summers ago."""
    count, behind = _count(run, at)
    if count is None or run.next(behind + 1) != "ago":
        return None
    name = run.next(behind)
    if name in UNITS:
        return _item(behind + 2, _UNIT_BEFORE[UNITS[name]](clock, count))
    if name in SEASONS:
        yearly = season(name, southern=clock.is_southern())
        newest = yearly.newest(clock.now)
        return _item(behind + 2, yearly.of(newest.start.year - count + 1)) if newest else None
    return None


def with_hours(item: Item, run: Run) -> Item:
    """The item with a part of the day behind it: "3 may evening", "summer nights"."""
    part, end = run.next(item.end).removesuffix("s"), item.end + 1
    if part not in DAYPARTS or item.hours or not ends(run, end):
        return item
    if item.fixed is not None and item.fixed.end - item.fixed.start == timedelta(1):
        found = _part_of(item.fixed.start, part)
        return replace(item, end=end, fixed=found) if found else item
    return replace(item, end=end, hours=(DAYPARTS[part],))
