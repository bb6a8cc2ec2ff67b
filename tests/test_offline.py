"""No photo, query or embedding leaves the device: everything works with the network refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch import builtin_bundle
from photosearch.testing import draw_photos, random_bundle

# An audit hook cannot be taken away again, and sees what any library in the process tries.
NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
                 "socket.gethostbyname"):
        print("REFUSED", event, arguments, file=sys.stderr)
        raise PermissionError(f"the network was asked for: {event}")

sys.addaudithook(refuse)
"""
COMMAND_LINE = NO_NETWORK + "from photosearch.cli.app import main\nmain()\n"


def offline(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_the_network_is_really_refused() -> None:
    done = offline(NO_NETWORK + "import socket\nsocket.create_connection(('192.0.2.1', 80))")
    assert "PermissionError" in done.stderr


@pytest.mark.slow
def test_indexing_and_searching_never_ask_for_the_network(tmp_path: Path) -> None:
    photos, index = tmp_path / "photos", str(tmp_path / "x.photoindex")
    drawn = list(draw_photos(photos).values())
    bundle = random_bundle(tmp_path / "random.photomodel")
    for arguments in (
        ["index", str(photos), "--index", index, "--model", str(bundle)],
        ["search", "red", "--index", index, "--sheet", str(tmp_path / "sheet.html")],
        ["similar", str(drawn[0]), "--index", index, "--sheet", str(tmp_path / "sheet.png")],
        ["status", "--index", index],
        ["verify-index", "--repair", "--index", index],
        ["remove", str(photos), "--index", index],
    ):
        done = offline(COMMAND_LINE, *arguments)
        assert (done.returncode, "REFUSED" in done.stderr) == (0, False), done.stderr


@pytest.mark.slow
def test_the_demo_never_asks_for_the_network(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    if not builtin_bundle().is_dir():
        pytest.skip("the built-in model is not in this tree yet")
    done = offline(COMMAND_LINE, "demo", "--out", str(tmp_path))
    assert (done.returncode, "REFUSED" in done.stderr) == (0, False), done.stderr
