"""Progress in words."""

from __future__ import annotations

import pytest

from photosearch.cli.progress import Lines, pace
from photosearch.progress import Progress


def at(done: int, seconds: float, total: int = 400) -> Progress:
    return Progress(stage="read", done=done, total=total, skipped=0, seconds=seconds)


def test_a_log_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    lines = Lines(clock=lambda: now)
    for second in range(25):
        now = 100.0 + second
        lines(at(second * 4, float(second)))
    assert capsys.readouterr().err.splitlines() == [
        "indexing: 40 of 400 photos, 4.0 photos/s, 1:30 left",
        "indexing: 80 of 400 photos, 4.0 photos/s, 1:20 left",
    ]


def test_a_log_hears_of_a_long_walk(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    lines = Lines(clock=lambda: now)
    now = 60.0
    lines(Progress(stage="scan", done=12_000, total=None, skipped=0, seconds=60.0))
    assert capsys.readouterr().err == "looking for photos: 12,000 so far\n"


def test_a_short_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 5.0)
    lines(at(1, 0.1))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(0, 0.0), ""),
        (at(100, 10.0), "10.0 photos/s, 0:30 left"),
        (at(10, 10.0, total=10_000), "1.0 photos/s, 2:46:30 left"),
        (at(400, 100.0), "4.0 photos/s, 0:00 left"),
    ],
)
def test_speed_and_time_left(now: Progress, told: str) -> None:
    assert pace(now) == told
