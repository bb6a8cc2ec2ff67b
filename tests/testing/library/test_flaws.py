"""Clocks that are wrong in the ways in which clocks are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from photosearch.testing import LibraryPlan
from photosearch.testing.library.chance import Chance
from photosearch.testing.library.flaws import Flaw, draw_flaw

LEAP_DAY = datetime(2020, 2, 29, 15, 30, 12)
NOTHING = timedelta()


@pytest.mark.parametrize(
    ("flaw", "written"),
    [
        (Flaw("right", NOTHING, True), LEAP_DAY),
        (Flaw("missing", NOTHING, True), None),
        (Flaw("hours", timedelta(hours=-9), True), datetime(2020, 2, 29, 6, 30, 12)),
        (Flaw("years", timedelta(days=-365), True), datetime(2019, 3, 1, 15, 30, 12)),
        (Flaw("1904", NOTHING, True), datetime(1904, 1, 1)),
        (Flaw("1980", NOTHING, True), datetime(1980, 1, 1, 15, 30, 12)),
        (Flaw("2030", NOTHING, True), datetime(2030, 2, 28, 15, 30, 12)),
    ],
)
def test_a_clock_shows(flaw: Flaw, written: datetime | None) -> None:
    assert flaw.written(LEAP_DAY) == written


def test_all_flaws_occur_as_often_as_planned() -> None:
    plan, chance = LibraryPlan(without_gps=0.2, without_date=0.1, wrong_clocks=0.3), Chance(1, "f")
    flaws = [draw_flaw(chance, plan) for _ in range(5000)]
    shares = {clock: sum(flaw.clock == clock for flaw in flaws) / 5000 for clock in CLOCKS}
    assert shares["missing"] == pytest.approx(0.1, abs=0.02)
    assert sum(shares.values()) - shares["missing"] == pytest.approx(0.3, abs=0.02)
    assert min(shares.values()) > 0.02
    assert sum(not flaw.has_gps for flaw in flaws) / 5000 == pytest.approx(0.2, abs=0.02)


CLOCKS = ("missing", "hours", "years", "1904", "1980", "2030")


def test_a_wrong_clock_is_off_by_up_to_half_a_day_or_by_years() -> None:
    plan, chance = LibraryPlan(without_date=0, wrong_clocks=1), Chance(2, "f")
    for flaw in (draw_flaw(chance, plan) for _ in range(500)):
        if flaw.clock == "hours":
            assert timedelta(hours=1) <= abs(flaw.shift) <= timedelta(hours=12)
        elif flaw.clock == "years":
            assert timedelta(days=-3650) <= flaw.shift <= timedelta(days=-365)
        else:
            assert flaw.shift == NOTHING


def test_without_flaws_there_are_none() -> None:
    plan, chance = LibraryPlan(without_gps=0, without_date=0, wrong_clocks=0), Chance(3, "f")
    drawn = {(flaw.clock, flaw.has_gps) for flaw in (draw_flaw(chance, plan) for _ in range(300))}
    assert drawn == {("right", True)}
