"""Estimates as they stand in tables and in JSON."""

from __future__ import annotations

import math

from photosearch.evaluate.report import RANK
from photosearch.evaluate.significance import Estimate

UNKNOWN = Estimate(math.nan, math.nan, math.nan)  # of nothing


def estimate_text(found: Estimate, measure: str, sign: str = "") -> str:
    """In percent, ranks as they are; `sign` "+" for differences. "-" if there is none.

    >>> estimate_text(Estimate(0.5, 0.25, 0.75), "R@10")
    '50.0 [25.0, 75.0]'
    """
    if math.isnan(found.mean):
        return "-"
    unit = 1 if measure == RANK else 100
    mean, low, high = (f"{unit * value:{sign}.1f}" for value in (found.mean, found.low, found.high))
    return mean if math.isnan(found.low) else f"{mean} [{low}, {high}]"


def estimate_record(found: Estimate) -> dict[str, float | None]:
    """Mean and ends; what cannot be told is None."""
    values = {"mean": found.mean, "low": found.low, "high": found.high}
    return {name: None if math.isnan(value) else value for name, value in values.items()}
