"""Progress in words: lines in a log, speed and time left."""

from __future__ import annotations

import pytest

from photosearch.cli.progress import PhotoLines, StepLines, StepRate, format_rate
from photosearch.progress import Progress


def test_a_log_of_photos_gets_a_line_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    lines = PhotoLines(clock=lambda: now)
    for second in range(25):
        now = 100.0 + second
        lines(Progress(second * 4, 400, "indexing"))
    assert capsys.readouterr().err.splitlines() == [
        "indexing: 40 of 400 photos, 4.0 photos/s, 1:30 left",
        "indexing: 80 of 400 photos, 4.0 photos/s, 1:20 left",
    ]


def test_a_log_hears_of_a_long_walk(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    lines = PhotoLines(clock=lambda: now)
    now = 60.0
    lines(Progress(12_000, None, "looking for photos"))
    assert capsys.readouterr().err == "looking for photos: 12,000 so far\n"


def test_a_short_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    PhotoLines(clock=lambda: 5.0)(Progress(1, 400, "indexing"))
    assert capsys.readouterr().err == ""


def test_a_log_of_steps_gets_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    lines = StepLines()
    for done, note in ((0, "converting"), (0, "converting"), (1, "compressing")):
        lines(Progress(done, 2, note))
    assert capsys.readouterr().err.splitlines() == ["0/2 converting", "1/2 compressing"]


def test_a_step_of_hundreds_of_parts_gets_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines = StepLines()
    for done in range(500):
        lines(Progress(done, 500, "photos"))
    assert len(capsys.readouterr().err.splitlines()) == 10


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
def test_speed_and_time_left(done: int, total: int, seconds: float, expected: str) -> None:
    assert format_rate(done, total, seconds, "photos") == expected


def test_each_step_has_its_own_clock() -> None:
    times = iter([0.0, 0.0, 1.0, 100.0, 100.0, 102.0])
    rate = StepRate("parts", clock=lambda: next(times))
    assert rate(Progress(0, 40, "photos")) == ""
    assert rate(Progress(10, 40, "photos")) == "10.0 parts/s, 0:03 left"
    assert rate(Progress(0, 8, "sentences")) == ""
    assert rate(Progress(4, 8, "sentences")) == "2.0 parts/s, 0:02 left"
