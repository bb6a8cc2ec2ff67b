"""The calendar of a query: intervals of local time, days that come every year, and now.

The Gregorian calendar is used for all years, as ISO 8601 does. What lies outside the years 1 to
9999 is None: Python's dates end there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

MONDAY: Final = 1
_DAY: Final = timedelta(days=1)
LAST_DAY: Final = 31  # of a month, however long it is

Hemisphere = Literal["north", "south"]


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, and the habits of the place where it is asked."""

    now: datetime  # local wall-clock time, naive
    month_first: bool = False  # 3/4/2021 is the 4th of March
    is_southern: Callable[[], bool] = lambda: False  # whether summer is December to February

    @property
    def today(self) -> datetime:
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Interval:
    """From a time on, up to another one."""

    start: datetime
    end: datetime  # exclusive

    def is_over(self, now: datetime) -> bool:
        return self.end <= now


def interval(make: Callable[[], tuple[datetime, datetime]]) -> Interval | None:
    """The interval that is made; None for a day that there is not, or beyond the calendar."""
    try:
        return Interval(*make())
    except (ValueError, OverflowError):
        return None


def year_of(year: int) -> Interval | None:
    """A calendar year."""
    return interval(lambda: (datetime(year, 1, 1), datetime(year + 1, 1, 1)))


def month_of(year: int, month: int) -> Interval | None:
    """A month of a year."""
    return interval(lambda: (datetime(year, month, 1), _month_after(year, month)))


def day_of(year: int, month: int, day: int) -> Interval | None:
    """A day; None if there is none of that number."""
    start = interval(lambda: (datetime(year, month, day), datetime(year, month, day)))
    return days_from(start.start, 0, 1) if start else None


def days_from(day: datetime, first: int, count: int) -> Interval | None:
    """So many days from the one that lies `first` days behind a day."""
    return interval(lambda: (day + first * _DAY, day + (first + count) * _DAY))


def week_of(day: datetime, weeks: int = 0) -> Interval | None:
    """The week of a day, from Monday on, or one that lies so many weeks behind it."""
    return days_from(day, 7 * weeks - day.weekday(), 7)


def _month_after(year: int, month: int) -> datetime:
    return datetime(year + month // 12, month % 12 + 1, 1)


def is_day(month: int, day: int) -> bool:
    """Whether some year has that day."""
    return day_of(2000, month, day) is not None


@dataclass(frozen=True, slots=True)
class Yearly:
    """A part of every year: a season, a month, a day, or a feast that moves.

    One that begins later in the year than it ends, such as winter, bears the year in which it
    begins.
    """

    first: tuple[int, int]  # month and day
    last: tuple[int, int]  # both included
    easter: tuple[int, int] | None = None  # first and last day, counted from Easter Sunday
    weekday: int | None = None  # the only one, 1..7 from Monday, of these days

    @property
    def ends(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and the last day."""
        return self.first, self.last

    @property
    def is_of_months(self) -> bool:
        """Whether it is made of whole months."""
        return self.first[1] == 1 and self.last[1] == LAST_DAY

    @property
    def is_fixed(self) -> bool:
        """Whether it is on the same days of every year."""
        return self.easter is None and self.weekday is None

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days of the week of a feast that moves; it is in the same weeks of every year."""
        if self.easter is None:
            return () if self.weekday is None else (self.weekday,)
        first, last = self.easter
        return tuple(sorted((each - 1) % 7 + 1 for each in range(first, last + 1)))

    @property
    def months(self) -> tuple[int, ...]:
        """The months that it is made of, ascending."""
        count = (self.last[0] - self.first[0]) % 12 + 1
        return tuple(sorted((self.first[0] + each - 1) % 12 + 1 for each in range(count)))

    def of(self, year: int) -> Interval | None:
        """That of one year."""
        if self.easter is not None:
            return self._by_easter(year, *self.easter)
        start = day_of(year, *self.first)
        behind = year + (self.last < self.first)
        end = (
            month_of(behind, self.last[0])
            if self.last[1] == LAST_DAY
            else day_of(behind, *self.last)
        )
        if start is None or end is None:
            return None
        if self.weekday is not None:
            ahead = (self.weekday - MONDAY - start.start.weekday()) % 7
            return days_from(start.start, ahead, 1)
        return Interval(start.start, end.end)

    def _by_easter(self, year: int, first: int, last: int) -> Interval | None:
        sunday = easter_sunday(year)
        return days_from(sunday, first, last - first + 1) if sunday else None

    def newest(self, now: datetime, *, begun: bool = False) -> Interval | None:
        """The newest that is wholly over; with `begun`, the newest that has begun."""
        for year in range(now.year, now.year - 9, -1):  # a 29th of February is up to 8 years off
            found = self.of(year)
            if found and (found.start <= now if begun else found.is_over(now)):
                return found
        return None


def easter_sunday(year: int) -> datetime | None:
    """Easter Sunday of the Gregorian calendar (Anonymous, Nature 13, 1876, p. 487)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    found = day_of(year, (h + j - 7 * m + 114) // 31, (h + j - 7 * m + 114) % 31 + 1)
    return found.start if found else None
