"""Reads the date that begins at a word: single ones, with a preposition, ranges and lists.

since 2018, after may 2020, before christmas, until yesterday
on saturdays and sundays, in june and july, 2019 and 2020
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from photosearch.query.dates.calendar import Clock, Interval, days_from
from photosearch.query.dates.items import Item, read_item
from photosearch.query.dates.numeric import read_hour, read_hours, read_numeric
from photosearch.query.dates.relative import read_relative, with_hours
from photosearch.query.dates.spans import between, read_days, read_hyphenated
from photosearch.query.dates.vocabulary import ARTICLES, PREPOSITIONS
from photosearch.query.dates.when import When
from photosearch.query.words import Run

_FROM_ON: Final = frozenset(("since", "after"))
_UP_TO: Final = frozenset(("before", "until", "till"))
_TO: Final = frozenset(("to", "until", "till", "through", "-"))
_AND: Final = frozenset(("and", "or", "&", "+"))


@dataclass(frozen=True, slots=True)
class Found:
    """Times that words ask for, and the place behind the last of these words."""

    end: int
    when: When
    note: str = ""


def read_when(run: Run, at: int, clock: Clock) -> Found | None:
    """The times that the words from a place on ask for; None if no date begins there."""
    for reader in (_bounded, _range, _hours, _list):
        found = reader(run, at, clock)
        if found is not None:
            return found
    return None


def _single(run: Run, at: int, clock: Clock, lead: str) -> tuple[Item, str] | None:
    """A date and a note on it, whether or not it is certain."""
    numeric = read_numeric(run, at, clock)
    if numeric is not None:
        return with_hours(numeric.item, run), numeric.note
    item = read_relative(run, at, clock) or read_item(run, at, clock, lead=lead)
    return (with_hours(item, run), "") if item else None


def _certain(run: Run, at: int, clock: Clock) -> tuple[Item, str] | None:
    """A date, perhaps behind a preposition and an article."""
    plain = _single(run, at, clock, "")
    if plain is not None and plain[0].is_certain:
        return plain
    lead, start = _lead(run, at)
    found = _single(run, start, clock, lead) if start > at and run.next(start) else None
    return found if found and found[0].is_certain else None


def _lead(run: Run, at: int) -> tuple[str, int]:
    """The preposition before a date, or "every"; and the place behind it and an article."""
    is_led = run.key(at) in PREPOSITIONS
    lead, start = (run.key(at), at + 1) if is_led else ("", at)
    article = run.next(start) if is_led else run.key(start)
    if article not in ARTICLES:
        return lead, start
    return lead or ("" if article == "the" else article), start + 1


def _bounded(run: Run, at: int, clock: Clock) -> Found | None:
    """since, after, before and until."""
    lead = run.key(at)
    if lead not in _FROM_ON | _UP_TO or not run.next(at + 1):
        return None
    start = at + 1 + (run.next(at + 1) in ARTICLES)
    hour = read_hour(run, start, led=True)
    if hour is not None:
        return Found(hour[1], When(hours=((hour[0], 24) if lead in _FROM_ON else (0, hour[0]),)))
    found = _single(run, start, clock, lead)
    fixed = found and (found[0].fixed or _newest(found[0], clock))
    if found is None or fixed is None:
        return None
    if lead in _FROM_ON:
        when = When(since=fixed.end if lead == "after" else fixed.start)
    else:
        when = When(until=fixed.start if lead == "before" else fixed.end)
    return Found(found[0].end, when, found[1])


def _newest(item: Item, clock: Clock) -> Interval | None:
    """The newest that has begun of those that come again and again."""
    if item.yearly is not None:
        return item.yearly.newest(clock.now, begun=True)
    if not item.weekdays or item.hours:
        return None
    back = (clock.today.weekday() - (item.weekdays[0] - 1)) % 7
    return days_from(clock.today, -back, len(item.weekdays))


def _range(run: Run, at: int, clock: Clock) -> Found | None:
    """from X to Y, between X and Y, X to Y, 3 to 7 june, june-august."""
    lead = run.key(at) if run.key(at) in ("from", "between") else ""
    start = at + bool(lead)
    start += bool(lead) and run.next(start) in ARTICLES
    if lead and not run.next(start):
        return None
    signs = _TO | _AND if lead == "between" else _TO
    read = read_days(run, start, signs) or read_hyphenated(run, start)
    if read is not None:
        return Found(*read)
    first = _single(run, start, clock, lead)
    if first is None or run.next(first[0].end) not in signs:
        return None
    behind = first[0].end + 1
    behind += run.next(behind) in ARTICLES
    second = _single(run, behind, clock, lead or "from") if run.next(behind) else None
    if second is None or not (lead or first[0].is_certain or _are_months(first[0], second[0])):
        return None
    when = between(first[0], second[0])
    return Found(second[0].end, when, first[1] or second[1]) if when else None


def _are_months(first: Item, last: Item) -> bool:
    """Whether two words that may mean something else are months beside each other: may to july."""
    both = first.yearly, last.yearly
    return all(each is not None and each.is_of_months for each in both)


def _hours(run: Run, at: int, _clock: Clock) -> Found | None:
    """at 5pm, 17:00, between 5 and 7 pm."""
    found = read_hours(run, at)
    return Found(found[1], When(hours=(found[0],))) if found else None


def _list(run: Run, at: int, clock: Clock) -> Found | None:
    """One date, or several of a kind with "and" between them."""
    first = _certain(run, at, clock)
    if first is None:
        return None
    item, note = first
    when = item.when()
    while run.next(item.end) in _AND and run.next(item.end + 1):
        lead, start = _lead(run, item.end + 1)
        following = _single(run, start, clock, lead or "in") if run.next(start) else None
        both = following and _added(item, following[0], when)
        if following is None or both is None:
            break
        item, when, note = following[0], both, note or following[1]
    return Found(item.end, when, note)


def _added(item: Item, following: Item, when: When) -> When | None:
    """What the dates so far and one more ask for, if they are of one kind."""
    if following.fixed is not None:
        earlier = item.fixed or (item.yearly and item.yearly.of(following.fixed.start.year))
        if not earlier or earlier.end != following.fixed.start or item.hours or following.hours:
            return None
        return When(when.since or earlier.start, following.fixed.end)
    if item.fixed or bool(item.weekdays) != bool(following.weekdays):
        return None
    if item.yearly or following.yearly:
        return when.joined(following.when()) if _alike(item, following) else None
    return when.joined(following.when())


def _alike(first: Item, second: Item) -> bool:
    """Whether two parts of a year can be told together."""
    if first.yearly is None or second.yearly is None or first.hours != second.hours:
        return False
    of_months = first.yearly.is_of_months == second.yearly.is_of_months
    return of_months and first.yearly.is_fixed and second.yearly.is_fixed
