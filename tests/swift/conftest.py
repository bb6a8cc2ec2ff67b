"""The Swift tool, built once for the session."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BUILD_S = 900.0


@pytest.fixture(scope="session")
def swift_tool() -> Path:
    """`photosearch-swift`: what PHOTOSEARCH_SWIFT names, or built here."""
    named = os.environ.get("PHOTOSEARCH_SWIFT")
    if named:
        return Path(named)
    swift = shutil.which("swift")
    if swift is None:
        pytest.skip("no Swift toolchain on PATH")
    build = [swift, "build", "-c", "release", "--product", "photosearch-swift"]
    subprocess.run(build, cwd=ROOT, check=True, timeout=_BUILD_S, stdout=subprocess.DEVNULL)
    place = subprocess.run(
        [*build, "--show-bin-path"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return Path(os.fsdecode(place.stdout.strip())) / "photosearch-swift"


@pytest.fixture
def run_swift(swift_tool: Path) -> Callable[..., bytes]:
    """Runs a command and returns what it writes to stdout."""

    def run(*words: str | Path, stdin: bytes = b"") -> bytes:
        command = [str(swift_tool), *map(str, words)]
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run
