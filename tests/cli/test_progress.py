"""Progress where there is no terminal."""

from __future__ import annotations

import pytest

from photosearch.cli.progress import Lines


def test_a_log_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    lines = Lines(clock=lambda: now)
    for second in range(25):
        now = 100.0 + second
        lines(second * 4, 400)
    assert capsys.readouterr().err.splitlines() == [
        "indexing: 40 of 400 photos, 4.0 photos/s, 90 s left",
        "indexing: 80 of 400 photos, 4.0 photos/s, 80 s left",
    ]


def test_a_short_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 5.0)
    lines(1, 2)
    assert capsys.readouterr().err == ""
