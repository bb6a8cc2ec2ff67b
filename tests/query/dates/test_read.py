"""Dates as people type them, told from Thursday, 26 November 2026, at ten in the morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from dateutil.easter import easter

from photosearch.query.dates.calendar import easter_sunday
from photosearch.query.dates.feasts import FEASTS
from photosearch.query.dates.vocabulary import FEAST_WORDS
from photosearch.query.read import read_query

NOW = "2026-11-26T10:00"


def when(text: str, now: str = NOW, zone: str = "Europe/Berlin") -> dict[str, Any] | None:
    found = read_query(text, now=datetime.fromisoformat(now), zone=zone).when
    return found.as_json() if found else None


def period(text: str, now: str = NOW, zone: str = "Europe/Berlin") -> tuple[str, str]:
    """Days if both are at midnight, else with the time."""
    found = when(text, now, zone)
    assert found is not None
    assert found.keys() <= {"since", "until"}
    since, until = (found.get(name, "").removesuffix(":00") for name in ("since", "until"))
    is_days = since[10:] in ("", "T00:00") and until[10:] in ("", "T00:00")
    return (since[:10], until[:10]) if is_days else (since, until)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2019", "2019-01-01", "2020-01-01"),
        ("march 2021", "2021-03-01", "2021-04-01"),
        ("3 may 2020", "2020-05-03", "2020-05-04"),
        ("May 3rd, 2020", "2020-05-03", "2020-05-04"),
        ("the 3rd of may 2020", "2020-05-03", "2020-05-04"),
        ("2020-05-03", "2020-05-03", "2020-05-04"),
        ("2020-05", "2020-05-01", "2020-06-01"),
        ("25.12.2021", "2021-12-25", "2021-12-26"),
        ("12/25/2021", "2021-12-25", "2021-12-26"),
        ("today", "2026-11-26", "2026-11-27"),
        ("yesterday", "2026-11-25", "2026-11-26"),
        ("the day before yesterday", "2026-11-24", "2026-11-25"),
        ("last night", "2026-11-25T18:00", "2026-11-26T06:00"),
        ("tonight", "2026-11-26T18:00", "2026-11-27T06:00"),
        ("this morning", "2026-11-26T06:00", "2026-11-26T12:00"),
        ("yesterday evening", "2026-11-25T18:00", "2026-11-26T00:00"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("last weekend", "2026-11-21", "2026-11-23"),
        ("two weeks ago", "2026-11-09", "2026-11-16"),
        ("three days ago", "2026-11-23", "2026-11-24"),
        ("two years ago", "2024-01-01", "2025-01-01"),
        ("a month ago", "2026-10-01", "2026-11-01"),
        ("the last three days", "2026-11-23", "2026-11-27"),
        ("last summer", "2026-06-01", "2026-09-01"),
        ("this winter", "2026-12-01", "2027-03-01"),
        ("last winter", "2025-12-01", "2026-03-01"),
        ("winter 2018", "2018-12-01", "2019-03-01"),
        ("summer of 2018", "2018-06-01", "2018-09-01"),
        ("last monday", "2026-11-23", "2026-11-24"),
        ("last thursday", "2026-11-19", "2026-11-20"),
        ("last june", "2026-06-01", "2026-07-01"),
        ("last november", "2025-11-01", "2025-12-01"),
        ("last christmas", "2025-12-24", "2025-12-27"),
        ("christmas 2019", "2019-12-24", "2019-12-27"),
        ("new year's eve 2022", "2022-12-31", "2023-01-01"),
        ("easter 2019", "2019-04-21", "2019-04-22"),
        ("good friday 2019", "2019-04-19", "2019-04-20"),
        ("thanksgiving 2021", "2021-11-25", "2021-11-26"),
        ("halloween 2020", "2020-10-31", "2020-11-01"),
        ("in the 90s", "1990-01-01", "2000-01-01"),
        ("the twenties", "2020-01-01", "2030-01-01"),
        ("the thirties", "1930-01-01", "1940-01-01"),
        ("between may and july 2020", "2020-05-01", "2020-08-01"),
        ("from 3 to 7 june 2021", "2021-06-03", "2021-06-08"),
        ("from june 2020 to march", "2020-06-01", "2021-04-01"),
        ("between december and february 2020", "2019-12-01", "2020-03-01"),
        ("2015-2018", "2015-01-01", "2019-01-01"),
        ("june and july 2019", "2019-06-01", "2019-08-01"),
        ("since 2018", "2018-01-01", ""),
        ("after 2018", "2019-01-01", ""),
        ("since last summer", "2026-06-01", ""),
        ("before 2015", "", "2015-01-01"),
        ("until 2015", "", "2016-01-01"),
        ("before christmas", "", "2025-12-24"),
        ("29 february 2024", "2024-02-29", "2024-03-01"),
    ],
)
def test_a_period_has_a_start_and_an_end(text: str, since: str, until: str) -> None:
    assert period(text) == (since, until)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in may", {"months": [5]}),
        ("in winter", {"months": [1, 2, 12]}),
        ("june to august", {"months": [6, 7, 8]}),
        ("christmas", {"days": [["12-24", "12-26"]]}),
        ("new year's eve", {"days": [["12-31", "12-31"]]}),
        ("between christmas and new year", {"days": [["12-24", "01-01"]]}),
        ("3 may", {"days": [["05-03", "05-03"]]}),
        ("29 february", {"days": [["02-29", "02-29"]]}),
        ("thanksgiving", {"days": [["11-22", "11-28"]], "weekdays": [4]}),
        ("on mondays", {"weekdays": [1]}),
        ("saturdays and sundays", {"weekdays": [6, 7]}),
        ("from friday to monday", {"weekdays": [1, 5, 6, 7]}),
        ("at the weekend", {"weekdays": [6, 7]}),
        ("at night", {"hours": [[22, 6]]}),
        ("in the morning", {"hours": [[6, 12]]}),
        ("between 5 and 7 pm", {"hours": [[17, 19]]}),
        ("sunday evenings in june", {"months": [6], "weekdays": [7], "hours": [[18, 24]]}),
    ],
)
def test_without_a_year_every_one_is_meant(text: str, expected: dict[str, Any]) -> None:
    assert when(text) == expected


@pytest.mark.parametrize(
    "text",
    ["a dog that may bark", "soldiers march", "sun", "leaves fall", "spring water", "second",
     "summer dress", "christmas tree", "night sky", "good morning", "black friday", "on the march",
     "2000 people", "over 2000 photos", "$2000", "16:9", "80s party", "a walk past night clubs",
     "the last day of school", "this may be a dog", "1850", "13/13/2021", "2021-13", "0 may"],
)  # fmt: skip
def test_words_that_only_look_like_dates_stay_words(text: str) -> None:
    assert when(text) is None


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", "2021-03-04"), ("Europe/Berlin", "2021-04-03")]
)
def test_figures_that_can_be_read_both_ways_are_read_as_is_usual_there(zone: str, day: str) -> None:
    reading = read_query("3/4/2021", now=datetime.fromisoformat(NOW), zone=zone)
    assert period("3/4/2021", zone=zone)[0] == day
    assert reading.note is not None
    assert day in reading.note


def test_dates_follow_the_clock_and_not_the_sun_where_the_clock_was_changed() -> None:
    """On 29 March 2026 there is no half past two in Berlin, and a day has 23 hours."""
    assert period("today", "2026-03-29T02:30") == ("2026-03-29", "2026-03-30")
    assert period("last night", "2026-03-29T06:00") == ("2026-03-28T18:00", "2026-03-29T06:00")


def test_midnight_belongs_to_the_day_that_begins() -> None:
    assert period("yesterday", "2026-01-01T00:00") == ("2025-12-31", "2026-01-01")
    assert period("last week", "2026-11-23T00:00") == ("2026-11-16", "2026-11-23")
    assert period("last weekend", "2026-11-23T00:00") == ("2026-11-21", "2026-11-23")
    assert period("last weekend", "2026-11-22T23:59") == ("2026-11-14", "2026-11-16")
    assert period("last month", "2024-03-01T00:00") == ("2024-02-01", "2024-03-01")
    assert period("last night", "2026-11-26T00:00") == ("2026-11-24T18:00", "2026-11-25T06:00")


def test_summers_of_the_south_bear_the_year_in_which_they_begin() -> None:
    zone = "Australia/Sydney"
    assert period("summer 2018", zone=zone) == ("2018-12-01", "2019-03-01")
    assert period("last summer", zone=zone) == ("2025-12-01", "2026-03-01")
    assert period("last winter", zone=zone) == ("2026-06-01", "2026-09-01")
    assert when("in summer", zone=zone) == {"months": [1, 2, 12]}


def test_a_29th_of_february_is_that_of_a_leap_year() -> None:
    assert period("since 29 february", "2026-11-26T10:00") == ("2024-02-29", "")
    assert period("since 29 february", "1903-01-01T00:00") == ("1896-02-29", "")


def test_easter_is_where_the_church_has_it() -> None:
    for year in range(1900, 2200):
        found = easter_sunday(year)
        assert found is not None
        assert found.date() == easter(year)
        assert timedelta(0) <= found - datetime(year, 3, 22) <= timedelta(34)


def test_the_first_words_of_feasts_are_told() -> None:
    assert FEASTS.keys() == FEAST_WORDS
