"""Single dates: days, months, years, decades, seasons, feasts, weekdays and parts of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from photosearch.query.dates.calendar import (
    LAST_DAY,
    Clock,
    Interval,
    Yearly,
    day_of,
    interval,
    is_day,
    month_of,
    year_of,
)
from photosearch.query.dates.feasts import FEASTS, season
from photosearch.query.dates.vocabulary import (
    CERTAIN_ENDS,
    CERTAIN_LEADS,
    COUNTED,
    DAYPART_LEADS,
    DAYPARTS,
    DECADES,
    DOUBTFUL_MONTHS,
    DOUBTFUL_SEASONS,
    FUNCTION_WORDS,
    MONTHS,
    NAMED_DAYS,
    SEASONS,
    WEEKDAYS,
    WEEKENDS,
)
from photosearch.query.dates.when import Hours, When
from photosearch.query.words import Run

_YEAR: Final = re.compile(r"1[89][0-9]{2}|2[01][0-9]{2}", re.ASCII)
_PLAIN_YEARS = range(1900, 2100)  # of a number that no preposition says is a year
_ABOUT: Final = frozenset(("about", "almost", "nearly", "over", "than"))  # before a number
_DECADE: Final = re.compile(r"(1[0-9]{2}0|20[0-9]0)s", re.ASCII)
_DAY: Final = re.compile(r"([0-9]{1,2})(st|nd|rd|th)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """A date that stands in a query, and the place behind its last word."""

    end: int
    fixed: Interval | None = None
    yearly: Yearly | None = None
    weekdays: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()
    is_certain: bool = True  # False for a word that may mean something else

    def when(self) -> When:
        """The times that it means: every one, if it names no year."""
        since, until = (self.fixed.start, self.fixed.end) if self.fixed else (None, None)
        if self.yearly is None:
            return When(since, until, weekdays=self.weekdays, hours=self.hours)
        if self.yearly.is_of_months:
            return When(since, until, months=self.yearly.months, hours=self.hours)
        first, last = (
            f"{month:02}-{day:02}" for month, day in (self.yearly.first, self.yearly.last)
        )
        weekdays = self.yearly.weekdays
        return When(since, until, days=((first, last),), weekdays=weekdays, hours=self.hours)


def read_item(run: Run, at: int, clock: Clock, *, lead: str) -> Item | None:
    """The date that begins at a place; `lead` is the preposition or the like before it, or "".

    The longest comes first: a day before a month, a month before a year.
    """
    for reader in (_day, _month, _feast, _season, _decade, _year, _weekday, _daypart):
        found = reader(run, at, clock, lead)
        if found is not None:
            return found
    return None


def _day(run: Run, at: int, _clock: Clock, _lead: str) -> Item | None:
    """3 may 2020, the 3rd of may, may 3rd, may 3, 2020; without a year that of every one."""
    found = _day_before_month(run, at) or _day_behind_month(run, at)
    if found is None:
        return None
    month, day, behind = found
    year, end = year_behind(run, behind)
    if year is not None:
        fixed = day_of(year, month, day)
        return Item(end, fixed=fixed) if fixed else None
    if run.next(behind) in COUNTED:
        return None
    return Item(behind, yearly=Yearly((month, day), (month, day))) if is_day(month, day) else None


def _day_before_month(run: Run, at: int) -> tuple[int, int, int] | None:
    day = day_number(run.key(at))
    behind = at + 1 + (run.next(at + 1) == "of")
    month = MONTHS.get(run.next(behind))
    return (month, day, behind + 1) if day and month else None


def _day_behind_month(run: Run, at: int) -> tuple[int, int, int] | None:
    month = MONTHS.get(run.key(at))
    behind = at + 1 + (run.next(at + 1) == "the")
    day = day_number(run.next(behind))
    return (month, day, behind + 1) if day and month else None


def day_number(key: str) -> int | None:
    """1 to 31, with or without "st", "nd", "rd" or "th"."""
    found = _DAY.fullmatch(key)
    return int(found[1]) if found and 1 <= int(found[1]) <= LAST_DAY else None


def year_number(run: Run, at: int) -> int | None:
    """A number of four digits that may be a year; none that counts something."""
    found = _YEAR.fullmatch(run.key(at))
    is_counted = run.next(at + 1) in COUNTED or run.key(at - 1) in _ABOUT
    return int(found[0]) if found and not is_counted else None


def year_behind(run: Run, at: int) -> tuple[int | None, int]:
    """The year of a date that ends at a place, "2020", ", 2020" or "of 2020"; and its end."""
    for place in (at, at + 1 if run.next(at) in ("of", "in") else at):
        year = year_number(run, place)
        if year is not None:
            return year, place + 1
    return None, at


def _month(run: Run, at: int, _clock: Clock, lead: str) -> Item | None:
    year = year_number(run, at)
    month = MONTHS.get(run.key(at) if year is None else run.next(at + 1))
    if month is None:
        return None
    if year is not None:  # 2021 march, but "2019 may ..." with a verb
        is_doubtful = run.next(at + 1) in DOUBTFUL_MONTHS and not ends(run, at + 2)
        return None if is_doubtful else _of_month(at + 2, year, month)
    year, end = year_behind(run, at + 1)
    if year is not None:
        return _of_month(end, year, month)
    yearly = Yearly((month, 1), (month, LAST_DAY))
    is_certain = lead in CERTAIN_LEADS or run.key(at) not in DOUBTFUL_MONTHS
    return Item(at + 1, yearly=yearly, is_certain=is_certain)


def _of_month(end: int, year: int, month: int) -> Item | None:
    fixed = month_of(year, month)
    return Item(end, fixed=fixed) if fixed else None


def _feast(run: Run, at: int, _clock: Clock, _lead: str) -> Item | None:
    """christmas 2019, 2019 christmas, christmas; "christmas tree" is none."""
    before = year_number(run, at)
    start = at if before is None else at + 1
    if before is not None and run.words[at].ends:
        return None
    for name, yearly in FEASTS.get(run.key(start), ()):
        if run.keys(start, len(name)) != name:
            continue
        behind = start + len(name)
        year, end = (before, behind) if before is not None else year_behind(run, behind)
        if year is not None:
            fixed = yearly.of(year)
            return Item(end, fixed=fixed) if fixed else None
        return Item(behind, yearly=yearly, is_certain=name[-1] in CERTAIN_ENDS or ends(run, behind))
    return None


def _season(run: Run, at: int, clock: Clock, lead: str) -> Item | None:
    """summer 2018, 2018 summer, in winter; "summer dress" and "spring water" are none."""
    before = year_number(run, at)
    start = at if before is None else at + 1
    name = run.key(at) if before is None else run.next(start)
    if name not in SEASONS:
        return None
    yearly = season(name, southern=clock.is_southern())
    year, end = (before, start + 1) if before is not None else year_behind(run, start + 1)
    if year is not None:
        fixed = yearly.of(year)
        return Item(end, fixed=fixed) if fixed else None
    is_doubtful = name in DOUBTFUL_SEASONS and lead not in CERTAIN_LEADS
    is_certain = ends(run, start + 1) and not is_doubtful
    return Item(start + 1, yearly=yearly, is_certain=is_certain)


def ends(run: Run, at: int) -> bool:
    """Whether nothing at a place is described by the word before it."""
    key = run.next(at)
    if not key or key in FUNCTION_WORDS or key.removesuffix("s") in DAYPARTS:
        return True
    return year_number(run, at) is not None


def _decade(run: Run, at: int, clock: Clock, lead: str) -> Item | None:
    """in the 90s, the nineties, 1990s; "80s party" is none. The newest that has begun is meant."""
    whole = _DECADE.fullmatch(run.key(at))
    if whole is not None:
        return _ten_years(at + 1, int(whole[1]), is_certain=True)
    tens = DECADES.get(run.key(at))
    if tens is None:
        return None
    century = clock.now.year // 100 * 100
    start = century + tens if century + tens <= clock.now.year else century - 100 + tens
    is_led = lead in CERTAIN_LEADS or run.key(at - 1) == "the"
    return _ten_years(at + 1, start, is_certain=is_led)


def _ten_years(end: int, start: int, *, is_certain: bool) -> Item | None:
    fixed = interval(lambda: (datetime(start, 1, 1), datetime(start + 10, 1, 1)))
    return Item(end, fixed=fixed, is_certain=is_certain) if fixed else None


def _year(run: Run, at: int, _clock: Clock, lead: str) -> Item | None:
    year = year_number(run, at)
    fixed = year_of(year) if year is not None else None
    if year is None or fixed is None:
        return None
    return Item(at + 1, fixed=fixed, is_certain=lead in CERTAIN_LEADS or year in _PLAIN_YEARS)


def _weekday(run: Run, at: int, _clock: Clock, lead: str) -> Item | None:
    """monday, on mondays, monday morning, at the weekend."""
    key = run.key(at)
    if key in WEEKENDS:
        return Item(at + 1, weekdays=(6, 7), is_certain=bool(lead) or ends(run, at + 1))
    if key not in WEEKDAYS or run.key(at - 1) in NAMED_DAYS:
        return None
    part = DAYPARTS.get(run.next(at + 1).removesuffix("s"))
    if part is not None:
        return Item(at + 2, weekdays=(WEEKDAYS[key],), hours=(part,))
    return Item(at + 1, weekdays=(WEEKDAYS[key],))


def _daypart(run: Run, at: int, _clock: Clock, lead: str) -> Item | None:
    """in the morning, at night, evenings; "night sky" and "good morning" are none."""
    key = run.key(at)
    part = DAYPARTS.get(key.removesuffix("s"))
    if part is None:
        return None
    is_certain = (lead in DAYPART_LEADS or key not in DAYPARTS) and ends(run, at + 1)
    return Item(at + 1, hours=(part,), is_certain=is_certain)
