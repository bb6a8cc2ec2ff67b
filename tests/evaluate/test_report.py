"""Estimates as text and as records."""

from __future__ import annotations

import math

from photosearch.evaluate.report import UNKNOWN, estimate_record, estimate_text
from photosearch.evaluate.significance import Estimate


def test_estimates_are_percent_and_ranks_are_not() -> None:
    found = Estimate(0.5, 0.25, 0.75)
    assert estimate_text(found, "R@10") == "50.0 [25.0, 75.0]"
    assert estimate_text(found, "median rank") == "0.5 [0.2, 0.8]"
    assert estimate_text(found, "R@10", sign="+") == "+50.0 [+25.0, +75.0]"


def test_what_is_not_known_is_left_out() -> None:
    alone = Estimate(0.5, math.nan, math.nan)
    assert (estimate_text(UNKNOWN, "R@10"), estimate_text(alone, "R@10")) == ("-", "50.0")
    assert estimate_record(alone) == {"mean": 0.5, "low": None, "high": None}
