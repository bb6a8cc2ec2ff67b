"""How fast it goes, and how long it still takes."""

from __future__ import annotations

import pytest

from photosearch.cli.pace import StepPace, told


@pytest.mark.parametrize(
    ("done", "total", "seconds", "expected"),
    [
        (0, 10, 5.0, ""),
        (5, 10, 0.0, ""),
        (50, 100, 2.0, "25.0 photos/s, 0:02 left"),
        (1, 7_201, 1.0, "1.0 photos/s, 2:00:00 left"),
        (12, 10, 1.0, "12.0 photos/s, 0:00 left"),
    ],
)
def test_pace_in_words(done: int, total: int, seconds: float, expected: str) -> None:
    assert told(done, total, seconds, "photos") == expected


def test_each_step_has_its_own_clock() -> None:
    times = iter([0.0, 0.0, 1.0, 100.0, 100.0, 102.0])
    pace = StepPace(clock=lambda: next(times))
    assert pace("photos", 0, 40) == ""
    assert pace("photos", 10, 40) == "10.0 parts/s, 0:03 left"
    assert pace("sentences", 0, 8) == ""
    assert pace("sentences", 4, 8) == "2.0 parts/s, 0:02 left"
