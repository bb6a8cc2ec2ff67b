"""What is printed of what was measured."""

from __future__ import annotations

import json
from dataclasses import replace

from export.measure.tables import as_json, as_text
from tests.export.measured import MEASURED


def test_every_figure_stands_in_a_table_with_its_interval() -> None:
    lines = [" ".join(line.split()) for line in as_text(MEASURED).splitlines()]
    assert "builtin 1.0.0: both towers 20.4 MB for Python" in lines
    assert "| 16 wide | 24.1 [23.0, 25.0] | 50.0 [48.0, 52.0] | 66.0 [65.0, 67.0] |" in lines
    assert "| labelled, a tenth | 292 | 782 | 75.0 [70.0, 80.0] | 80.0 [75.0, 85.0] |" in lines
    changed = "75.0 [70.0, 80.0] | 1.0 [0.0, 2.0] | 90.0 [85.0, 95.0]"
    assert f"| names, plural | 9 | {changed} |" in lines
    assert "| demo, first hit | 12 | 0.20 [0.10, 0.30] | 40 % | 60 % |" in lines
    assert "| a moon | retina.jpg | 12% | wrong | 3 |" in lines


def test_the_demo_is_counted_in_its_heading() -> None:
    assert "demo, 1 of 2 first photos right" in as_text(MEASURED)


def test_a_missing_set_is_named_and_leaves_no_table() -> None:
    text = as_text(replace(MEASURED, captions={}, missing=("no flickr8k/captions.jsonl",)))
    assert "no flickr8k/captions.jsonl" in text
    assert "captions to photos" not in text


def test_json_holds_every_record_with_shares() -> None:
    found = json.loads(as_json(MEASURED))
    assert found["names"]["labelled, a tenth"]["precision"]["mean"] == 0.75
    assert found["captions"]["16"]["R@1"] == {"mean": 0.241, "low": 0.23, "high": 0.25}
    assert found["demo"][1]["first"] == "retina.jpg"
