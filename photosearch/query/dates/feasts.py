"""Seasons and feasts as parts of every year."""

from __future__ import annotations

from typing import Final

from photosearch.query.dates.calendar import LAST_DAY, Yearly
from photosearch.query.dates.vocabulary import FIRST_MONTHS
from photosearch.query.words import by_first_word


def season(name: str, *, southern: bool) -> Yearly:
    """A meteorological season: three whole months, half a year later in the south."""
    start = (FIRST_MONTHS[name.removesuffix("s")] + (6 if southern else 0) - 1) % 12 + 1
    return Yearly((start, 1), ((start + 1) % 12 + 1, LAST_DAY))


def _days(month: int, first: int, last: int) -> Yearly:
    return Yearly((month, first), (month, last))


def _easter(first: int, last: int) -> Yearly:
    """Days around Easter Sunday, which falls on 22 March to 25 April."""
    return Yearly((3, 22 + first), (4, 25 + last), easter=(first, last))


_CHRISTMAS = _days(12, 24, 26)
_NEW_YEAR, _NEW_YEARS_EVE = _days(1, 1, 1), _days(12, 31, 31)
_FEASTS = {
    "christmas eve": _days(12, 24, 24),
    "christmas day": _days(12, 25, 25),
    "christmas": _CHRISTMAS,
    "xmas eve": _days(12, 24, 24),
    "xmas day": _days(12, 25, 25),
    "xmas": _CHRISTMAS,
    "boxing day": _days(12, 26, 26),
    "new years eve": _NEW_YEARS_EVE,
    "new year eve": _NEW_YEARS_EVE,
    "nye": _NEW_YEARS_EVE,
    "new years day": _NEW_YEAR,
    "new year day": _NEW_YEAR,
    "new years": _NEW_YEAR,
    "new year": _NEW_YEAR,
    "valentines day": _days(2, 14, 14),
    "valentine day": _days(2, 14, 14),
    "st patricks day": _days(3, 17, 17),
    "halloween": _days(10, 31, 31),
    "thanksgiving day": Yearly((11, 22), (11, 28), weekday=4),
    "thanksgiving": Yearly((11, 22), (11, 28), weekday=4),
    "good friday": _easter(-2, -2),
    "easter sunday": _easter(0, 0),
    "easter monday": _easter(1, 1),
    "easter weekend": _easter(-1, 0),
    "easter": _easter(0, 0),
}
# By the first word; the longer name comes first.
FEASTS: Final = by_first_word((tuple(name.split()), yearly) for name, yearly in _FEASTS.items())
