"""Curves of robustness, for people and programs."""

from __future__ import annotations

import json
import math

from photosearch.evaluate.significance import Estimate
from photosearch.evaluate.studies.curves import (
    Curve,
    Point,
    Robustness,
    robustness_record,
    robustness_text,
)

ALONE = Estimate(1.0, math.nan, math.nan)
HARMED = Point(40, Estimate(0.7, 0.6, 0.8), Estimate(-0.1, -0.15, -0.05), unchanged=0)
SAME = Point("bicubic", ALONE, Estimate(0.0, math.nan, math.nan), unchanged=12)
FOUND = Robustness(
    measure="R@10",
    untouched=Estimate(0.8, 0.75, 0.85),
    curves=(Curve("noise", "sigma of 255", (HARMED,)), Curve("resize filter", "", (SAME,))),
    photos=12,
    captions=60,
    protocol=("This is how.", "And this."),
)


def test_people_read_a_table_and_how_it_was_made() -> None:
    assert robustness_text(FOUND).splitlines() == [
        "12 photos and 60 captions, untouched: 80.0 [75.0, 85.0]",
        "                          R@10                  less untouched          unchanged photos",
        "  noise (sigma of 255)",
        "                    40    70.0 [60.0, 80.0]     -10.0 [-15.0, -5.0]",
        "  resize filter",
        "               bicubic    100.0                 +0.0                    12",
        "  This is how.",
        "  And this.",
    ]


def test_programs_read_every_level() -> None:
    found = json.loads(json.dumps(robustness_record(FOUND)))
    assert found["untouched"] == {"mean": 0.8, "low": 0.75, "high": 0.85}
    noise, filters = found["conditions"]
    assert noise == {
        "condition": "noise",
        "unit": "sigma of 255",
        "levels": [
            {
                "level": 40,
                "R@10": {"mean": 0.7, "low": 0.6, "high": 0.8},
                "difference": {"mean": -0.1, "low": -0.15, "high": -0.05},
                "unchanged": 0,
            }
        ],
    }
    assert filters["levels"][0]["level"] == "bicubic"
    assert filters["levels"][0]["R@10"] == {"mean": 1.0, "low": None, "high": None}
    assert (found["photos"], found["captions"], found["protocol"]) == (
        12,
        60,
        "This is how. And this.",
    )
