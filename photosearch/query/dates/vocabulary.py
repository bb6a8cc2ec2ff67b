"""Words of dates: months, weekdays, seasons, parts of a day, numbers and units."""

from __future__ import annotations

from typing import Final

_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHORT = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
MONTHS: Final = {name: number for number, name in enumerate(_NAMES, 1)} | {
    name: next(i for i, full in enumerate(_NAMES, 1) if full.startswith(name[:3]))
    for name in _SHORT
}
# Words besides: they count only where something else says that a date is meant.
DOUBTFUL_MONTHS: Final = frozenset({"march", "may", *_SHORT})

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final = {name: number for number, day in enumerate(_WEEK, 1) for name in (day, f"{day}s")}
# "black friday", "palm sunday", and the like are no weekdays
NAMED_DAYS: Final = frozenset(
    ("ash", "black", "blue", "cyber", "good", "holy", "palm", "ruby", "shrove", "super")
)
WEEKENDS: Final = frozenset(("weekend", "weekends"))

FIRST_MONTHS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
DOUBTFUL_SEASONS: Final = frozenset(("spring", "springs", "fall", "falls"))
SEASONS: Final = frozenset(name for one in FIRST_MONTHS for name in (one, f"{one}s"))
# The first words of feasts.FEASTS
FEAST_WORDS: Final = frozenset(
    ("boxing", "christmas", "easter", "good", "halloween", "new", "nye", "st", "thanksgiving",
     "valentine", "valentines", "xmas")
)  # fmt: skip
# With these a feast is a day, whatever follows: "christmas day lunch", but "christmas tree".
CERTAIN_ENDS: Final = frozenset(("eve", "day", "nye", "sunday", "monday", "friday", "weekend"))

DAYPARTS: Final = {
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (22, 6),
}
NIGHT_FROM, NIGHT_TO = 18, 6  # of "last night" and "tonight"

_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
NUMBERS: Final = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_WORDS, 1)}
UNITS: Final = {
    name: unit
    for unit in ("hour", "day", "week", "weekend", "month", "year", "decade")
    for name in (unit, f"{unit}s")
}
_TENS = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}  # fmt: skip
DECADES: Final = _TENS | {f"{tens:02}s": tens for tens in range(0, 100, 10)}

LAST: Final = frozenset(("last", "past", "previous"))
RELATIVE: Final = {"today": 0, "todays": 0, "yesterday": -1, "yesterdays": -1}
# What may stand before a date and belongs to it
PREPOSITIONS: Final = frozenset(
    ("around", "at", "by", "during", "for", "from", "in", "of", "on", "over", "throughout")
)
ARTICLES: Final = frozenset(("the", "every", "each"))
# Behind one of these a doubtful word is a time: "in march", but "on the march"
CERTAIN_LEADS: Final = frozenset(
    ("after", "before", "between", "by", "during", "each", "every", "for", "from", "in", "of",
     "over", "since", "throughout", "till", "until")
)  # fmt: skip
# Behind one of these a part of the day is one: "at night", but "of night"
DAYPART_LEADS: Final = frozenset(("at", "by", "during", "each", "every", "in", "on", "throughout"))
# A number before one of these counts something, and is no year and no day
COUNTED: Final = frozenset(
    ("calories", "cm", "days", "dollars", "euro", "euros", "feet", "foot", "ft", "grams", "hours",
     "hp", "inch", "inches", "kg", "kilometers", "kilometres", "km", "kmh", "lbs", "liters",
     "litres", "m", "meter", "meters", "metre", "metres", "mile", "miles", "minutes", "mm",
     "months", "mph", "people", "percent", "persons", "pieces", "pixels", "pounds", "px", "rpm",
     "seconds", "steps", "times", "tons", "volts", "w", "watts", "weeks", "x", "yards", "years",
     "yen")
)  # fmt: skip
# Words behind which nothing is described by the word before them: "summer with friends" is a
# time, "summer dress" is not.
FUNCTION_WORDS: Final = frozenset(
    ("a", "about", "above", "after", "against", "along", "among", "an", "and", "around", "as",
     "at", "before", "behind", "below", "beside", "between", "but", "by", "during", "except",
     "for", "from", "he", "her", "his", "i", "in", "inside", "into", "is", "it", "its", "like",
     "me", "my", "near", "next", "no", "not", "of", "off", "on", "onto", "or", "our", "outside",
     "over", "she", "since", "than", "that", "the", "their", "them", "then", "they", "this", "to",
     "together", "toward", "towards", "under", "until", "up", "us", "was", "we", "were", "when",
     "where", "which", "while", "who", "with", "without", "you", "your")
)  # fmt: skip

# Without one of these, and without a digit, there is no date
_TRIGGERS: Final = frozenset(
    (*MONTHS, *WEEKDAYS, *WEEKENDS, *SEASONS, *FEAST_WORDS, *DAYPARTS, *DECADES, *RELATIVE, *LAST,
     *(f"{part}s" for part in DAYPARTS), "ago", "this", "tonight")
)  # fmt: skip


def may_be_date(key: str) -> bool:
    """Whether a word may be part of a date; a date has one such word at least."""
    if any("0" <= char <= "9" for char in key):
        return True
    return not _TRIGGERS.isdisjoint(key.split("-"))
