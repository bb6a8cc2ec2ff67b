"""Importing costs nothing; help comes at once; a search never waits for torch."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

import pytest

HEAVY = ("numpy", "faiss", "torch", "transformers", "PIL", "rich", "skimage", "sklearn")
HELP_LIMIT_S = 0.3


def imported_by(code: str) -> set[str]:
    """The heavy packages that a new process holds after running the code."""
    report = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import photosearch") == set()


def test_the_records_and_errors_are_light() -> None:
    assert imported_by("from photosearch import Filter, Hit, PhotoSearchError") == set()


@pytest.mark.parametrize("arguments", ["'--help'", "'search', '--help'", "'--version'"])
def test_help_imports_nothing_heavy(arguments: str) -> None:
    code = (
        "from photosearch.cli.app import app\n"
        f"try: app(args=[{arguments}])\nexcept SystemExit as stop: assert stop.code == 0"
    )
    assert imported_by(code) == set()


def test_help_comes_within_its_limit() -> None:
    command = [sys.executable, "-m", "photosearch.cli", "--help"]
    times = []
    for _ in range(5):
        start = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(perf_counter() - start)
    assert min(times) < HELP_LIMIT_S
