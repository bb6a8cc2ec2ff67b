"""Indexing that is killed, or stopped by Ctrl-C, and goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "kill_index.py"

STOPPED = """
import os, signal, sys, time
from photosearch.index import pipeline
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder

class Slow(FakeEncoder):
    def encode_pixels(self, pixels):
        os.write(1, b"embedding\\n")
        time.sleep(0.05)
        return super().encode_pixels(pixels)

pipeline.BATCH = 4
with PhotoIndex.open(sys.argv[1], Slow()) as index:
    report = index.add([sys.argv[2]])
    assert report.interrupted
    assert index.status().indexed == report.added == len(index.search("red", k=99))
    assert index.status().pending > 0
    assert index.verify().ok
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_twelve_killed_runs_lose_nothing() -> None:
    """`python tests/benchmarks/kill_index.py` does two hundred."""
    command = [sys.executable, str(BENCHMARK), "--runs", "12", "--seed", str(os.getpid())]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT")
def test_ctrl_c_stops_cleanly(tmp_path: Path) -> None:
    from PIL import Image

    for i in range(60):
        Image.new("RGB", (8 + i, 8), "red").save(tmp_path / f"{i:02}.png")
    command = [sys.executable, "-c", STOPPED, str(tmp_path / "i.photoindex"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        errors = process.communicate()[1]
    assert process.returncode == 0, errors.decode()
