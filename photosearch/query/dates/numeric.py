"""Dates in figures: 2020-05-03, 2020-05, 3.5.2020, 12/25/2021, 5/2020, 2015-2018, 5pm.

A date with its year last is read day first or month first: as it must be if one of the two is no
month, with dots day first, else as is usual where it is asked; a note says so then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from photosearch.query.dates.calendar import Clock, Interval, day_of, month_of, year_of
from photosearch.query.dates.items import Item
from photosearch.query.words import Run

_ISO: Final = re.compile(r"([12][0-9]{3})([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?", re.ASCII)
_YEAR_LAST: Final = re.compile(
    r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([12][0-9]{3}|[0-9]{2})", re.ASCII
)
_MONTH_YEAR: Final = re.compile(r"([0-9]{1,2})[/.]([12][0-9]{3})", re.ASCII)
_YEARS: Final = re.compile(r"((?:19|20)[0-9]{2})-((?:19|20)[0-9]{2})", re.ASCII)
_HOUR: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-5][0-9]))?(am|pm)?", re.ASCII)
_BARE_HOUR: Final = re.compile(r"[0-9]{1,2}", re.ASCII)
_LEADS: Final = frozenset(("around", "at", "between", "from"))  # of an hour
_AMBIGUOUS: Final = "'{}' is read {} first, as is usual here: {}"


@dataclass(frozen=True, slots=True)
class Numeric:
    """A date in figures, and what a person should know of how it was read."""

    item: Item
    note: str = ""


def read_numeric(run: Run, at: int, clock: Clock) -> Numeric | None:
    """The date in figures at a place."""
    key = run.key(at)
    if found := _ISO.fullmatch(key):
        year, month = int(found[1]), int(found[3])
        return _numeric(
            at, day_of(year, month, int(found[4])) if found[4] else month_of(year, month)
        )
    if found := _YEARS.fullmatch(key):
        return _numeric(at, _years(int(found[1]), int(found[2])))
    if found := _MONTH_YEAR.fullmatch(key):
        return _numeric(at, month_of(int(found[2]), int(found[1])))
    if found := _YEAR_LAST.fullmatch(key):
        year = _century(found[4], clock)
        return _year_last(at, key, (int(found[1]), int(found[3])), year, found[2], clock)
    return None


def _numeric(at: int, fixed: Interval | None) -> Numeric | None:
    return Numeric(Item(at + 1, fixed=fixed)) if fixed else None


def _years(first: int, last: int) -> Interval | None:
    start, end = year_of(first), year_of(last)
    return Interval(start.start, end.end) if start and end and first <= last else None


def _century(digits: str, clock: Clock) -> int:
    """21 is 2021; what lies beyond next year is of the century before."""
    if len(digits) == 4:
        return int(digits)
    year = clock.now.year // 100 * 100 + int(digits)
    return year if year <= clock.now.year + 1 else year - 100


def _year_last(
    at: int, key: str, numbers: tuple[int, int], year: int, sign: str, clock: Clock
) -> Numeric | None:
    day_first = day_of(year, numbers[1], numbers[0])
    month_first = day_of(year, numbers[0], numbers[1])
    if sign == "." or month_first is None or day_first is None or numbers[0] == numbers[1]:
        return _numeric(at, day_first or month_first)
    found = month_first if clock.month_first else day_first
    which = "month" if clock.month_first else "day"
    note = _AMBIGUOUS.format(key, which, found.start.date().isoformat())
    return Numeric(Item(at + 1, fixed=found), note)


def read_hour(run: Run, at: int, *, led: bool) -> tuple[int, int] | None:
    """The hour of a time, 0 to 23, and the place behind it: 5pm, 5 pm, at 17:30."""
    found = _HOUR.fullmatch(run.key(at))
    if found is None:
        return None
    half, end = found[3], at + 1
    if half is None and run.next(at + 1) in ("am", "pm"):
        half, end = run.next(at + 1), at + 2
    hour = int(found[1])
    if half is not None:
        return (hour % 12 + (12 if half == "pm" else 0), end) if 1 <= hour <= 12 else None
    return (hour, end) if led and found[2] and hour < 24 else None


def read_hours(run: Run, at: int) -> tuple[tuple[int, int], int] | None:
    """Hours of the day, and the place behind them: at 5pm, from 9 to 11 am, between 5 and 7 pm."""
    lead = run.key(at) if run.key(at) in _LEADS else ""
    start = at + bool(lead)
    if lead and not run.next(start):
        return None
    first = read_hour(run, start, led=bool(lead))
    last = _last_hour(run, start + 1 if first is None else first[1], lead)
    if last is not None and first is not None:
        return (first[0], last[0]), last[1]
    bare = run.key(start)
    if last is not None and _BARE_HOUR.fullmatch(bare) and 1 <= int(bare) <= 12:
        hour = int(bare) % 12 + (12 if last[0] > 12 else 0)
        return (hour if hour < last[0] else hour % 12, last[0]), last[1]
    return ((first[0], first[0] + 1), first[1]) if first else None


def _last_hour(run: Run, at: int, lead: str) -> tuple[int, int] | None:
    """The second hour of a range."""
    is_sign = run.next(at) in ("to", "-", "until", "till") or (
        lead == "between" and run.next(at) == "and"
    )
    return read_hour(run, at + 1, led=True) if is_sign and run.next(at + 1) else None
