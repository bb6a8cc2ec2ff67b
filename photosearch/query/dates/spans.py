"""Ranges of dates: from one to another, days of a month, and months or weekdays with a hyphen."""

from __future__ import annotations

from collections.abc import Container

from photosearch.query.dates.calendar import LAST_DAY, Interval, Yearly, day_of, is_day
from photosearch.query.dates.items import Item, day_number, year_behind
from photosearch.query.dates.vocabulary import MONTHS, WEEKDAYS
from photosearch.query.dates.when import When
from photosearch.query.words import Run


def between(first: Item, last: Item) -> When | None:
    """From the start of one date to the end of another; a year that one lacks is the other's.

    Dates without years are a part of every year, or days of every week. None if they are of
    different kinds, or the wrong way round.
    """
    if first.hours or last.hours:
        return None
    if first.weekdays or last.weekdays:
        return _days_of_week(first.weekdays, last.weekdays)
    if first.fixed is None and last.fixed is None:
        return _part_of_year(first.yearly, last.yearly)
    start, end = first.fixed, last.fixed
    if start is None and first.yearly is not None and end is not None:
        start = _before(first.yearly, end)
    if end is None and last.yearly is not None and start is not None:
        end = _behind(start, last.yearly)
    return When(start.start, end.end) if start and end and start.start < end.end else None


def _before(yearly: Yearly, end: Interval) -> Interval | None:
    """The newest that begins before the end of an interval."""
    found = yearly.of(end.start.year)
    return yearly.of(end.start.year - 1) if found and found.start >= end.end else found


def _behind(start: Interval, yearly: Yearly) -> Interval | None:
    """The first that ends after the start of an interval."""
    found = yearly.of(start.start.year)
    return yearly.of(start.start.year + 1) if found and found.end <= start.start else found


def _part_of_year(first: Yearly | None, last: Yearly | None) -> When | None:
    if first is None or last is None or not (first.is_fixed and last.is_fixed):
        return None
    return Item(0, yearly=Yearly(first.first, last.last)).when()


def _days_of_week(first: tuple[int, ...], last: tuple[int, ...]) -> When | None:
    if len(first) != 1 or len(last) != 1:
        return None
    count = (last[0] - first[0]) % 7 + 1
    return When(weekdays=tuple(sorted((first[0] + each - 1) % 7 + 1 for each in range(count))))


def read_days(run: Run, at: int, signs: Container[str]) -> tuple[int, When] | None:
    """3 to 7 june 2021, 3-7 june, june 3 to 7 2021: the place behind it, and the times."""
    month = MONTHS.get(run.key(at))
    days = _two_days(run, at if month is None else at + 1, signs)
    if days is None:
        return None
    first, last, behind = days
    if month is None:
        month, behind = MONTHS.get(run.next(behind)), behind + 1
    if month is None or first > last:
        return None
    year, end = year_behind(run, behind)
    if year is None:
        ends = f"{month:02}-{first:02}", f"{month:02}-{last:02}"
        return (behind, When(days=(ends,))) if is_day(month, last) else None
    start, stop = day_of(year, month, first), day_of(year, month, last)
    return (end, When(start.start, stop.end)) if start and stop else None


def _two_days(run: Run, at: int, signs: Container[str]) -> tuple[int, int, int] | None:
    """Two numbers of days, and the place behind them."""
    head, hyphen, tail = run.key(at).partition("-")
    behind = at + 1
    if not hyphen:
        tail = run.next(at + 2) if run.next(at + 1) in signs else ""
        behind = at + 3
    first, last = day_number(head), day_number(tail)
    return (first, last, behind) if first and last else None


def read_hyphenated(run: Run, at: int) -> tuple[int, When] | None:
    """june-august 2020, may-july, monday-friday: the place behind it, and the times."""
    head, _, tail = run.key(at).partition("-")
    if head in WEEKDAYS and tail in WEEKDAYS:
        when = _days_of_week((WEEKDAYS[head],), (WEEKDAYS[tail],))
        return (at + 1, when) if when else None
    if head not in MONTHS or tail not in MONTHS:
        return None
    first, last = (Yearly((MONTHS[each], 1), (MONTHS[each], LAST_DAY)) for each in (head, tail))
    year, end = year_behind(run, at + 1)
    fixed = last.of(year) if year is not None else None
    when = between(Item(0, yearly=first), Item(0, fixed=fixed, yearly=None if fixed else last))
    return (end, when) if when else None
