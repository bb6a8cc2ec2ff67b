"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long one example takes depends on what else the machine does, which no test is about.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# A shell that starts the tests in the background has Ctrl-C ignored, and the processes that tests
# start to be interrupted would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data for building and testing, which is not part of the project.

    PHOTOSEARCH_DATA names it; without it, `shared/data` beside the repository is tried.
    """
    named = os.environ.get("PHOTOSEARCH_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no data at {folder}: set PHOTOSEARCH_DATA to run this test")
    return folder
