"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from photosearch.coreml.families.convertible import Convertible

# How long one example takes depends on what else the machine does, which no test is about.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# A shell that starts the tests in the background has Ctrl-C ignored, and the processes that tests
# start to be interrupted would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Where several processes share the cores, threads beyond those would only wait for one another.
# Libraries ask once, when they are loaded.
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
if _WORKERS > 1:
    _THREADS = str(max((os.cpu_count() or 1) // _WORKERS, 1))
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(_name, _THREADS)

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


@pytest.fixture(scope="session")
def tiny_source(tmp_path_factory: pytest.TempPathFactory) -> Convertible:
    """A model with random weights that takes a second to convert."""
    from tests.coreml import tiny

    return tiny.tiny_source(tmp_path_factory.mktemp("tiny") / "tokenizer")


@pytest.fixture(scope="session")
def tiny_export(tiny_source: Convertible, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its packages in the Neural Engine's layout. Not to be written to."""
    from photosearch.coreml.export import export_model

    out = tmp_path_factory.mktemp("tiny") / "ane"
    return export_model(tiny_source, out, weights="fp16").directory
