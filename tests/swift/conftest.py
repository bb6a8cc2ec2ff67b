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


@pytest.fixture(scope="session")
def kernels(swift_tool: Path) -> list[str]:
    """The implementations of the scans that this processor can run, as the tool lists them."""
    environment = os.environ | {"PHOTOSEARCH_KERNEL": "?"}
    done = subprocess.run(
        [str(swift_tool), "info", "."], env=environment, capture_output=True, text=True, check=False
    )
    return done.stderr.strip().rpartition("can run: ")[2].split(", ")


@pytest.fixture
def run_each(
    run_swift: Callable[..., bytes], kernels: list[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[bytes]]:
    """Runs a command once with every implementation of the scans."""

    def run(*words: str | Path) -> list[bytes]:
        found = []
        with monkeypatch.context() as patched:
            for kernel in kernels:
                patched.setenv("PHOTOSEARCH_KERNEL", kernel)
                found.append(run_swift(*words))
        return found

    return run
