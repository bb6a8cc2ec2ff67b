"""What only a process of its own shows: pipes, signals, limits, the terminal."""

from __future__ import annotations

import os
import pty
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from time import sleep

import pytest

from tests.cli.conftest import World

COMMAND = [sys.executable, "-m", "photosearch"]


def test_a_reader_that_goes_away_is_no_error_to_speak_of(world: World) -> None:
    command = [*COMMAND, "search", "red", "--json", "--index", str(world.index)]
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as broken:
        done = subprocess.run(command, stdout=broken, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_error_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    command = [*COMMAND, "status", "--index", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 7
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_what_pillow_warns_of_is_not_said() -> None:
    code = (
        "import sys, warnings\n"
        "from photosearch.cli.app import main\n"
        "sys.argv = ['photosearch', '--version']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "warnings.warn_explicit('odd EXIF', UserWarning, 'x.py', 1, module='PIL.TiffImagePlugin')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr == b""


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_done_and_the_next_run_finishes(world: World, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    source = (world.photos / "red-disc-on-white.jpg").read_bytes()
    for number in range(3000):  # each its own content: bytes after the picture's end
        (photos / f"{number:04}.jpg").write_bytes(source + number.to_bytes(4, "big"))
    index = tmp_path / "x.photoindex"
    command = [*COMMAND, "index", str(photos), "--index", str(index), "--model", str(world.bundle)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for_first_batch(index)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert re.search(r"^What was done is kept, [0-9,]+ photos; run the same", out, re.MULTILINE)
    subprocess.run(command, check=True, capture_output=True)
    status = subprocess.run(
        [*COMMAND, "status", "--index", str(index)], check=True, capture_output=True, text=True
    )
    assert ["indexed", "3,000"] in [line.split() for line in status.stdout.splitlines()]


def wait_for_first_batch(index: Path) -> None:
    """Until the catalog holds a photo that can be found."""
    catalog = index / "catalog.sqlite"
    for _ in range(3000):
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"{catalog.as_uri()}?mode=ro", uri=True)) as db,
        ):
            if db.execute("SELECT 1 FROM photos WHERE status = 'indexed'").fetchone():
                return
        sleep(0.02)
    raise TimeoutError(f"nothing was committed to {catalog}")


def limit_files() -> None:
    """No file may grow beyond 4 kB, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_full_disk_has_its_own_exit_code_and_leaves_no_sheet(
    world: World, tmp_path: Path
) -> None:
    shutil.copytree(world.index, tmp_path / "x.photoindex")
    sheet = tmp_path / "sheet.png"
    command = [*COMMAND, "search", "red", "--sheet", str(sheet)]
    command += ["--index", str(tmp_path / "x.photoindex")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=limit_files
    )
    assert done.returncode == 8, done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["x.photoindex"]


def on_a_terminal(command: list[str], environment: dict[str, str]) -> bytes:
    """What a command writes to a terminal of its own."""
    main, side = pty.openpty()
    with os.fdopen(main, "rb", buffering=0) as screen:
        process = subprocess.Popen(command, stdout=side, stderr=side, env=os.environ | environment)
        os.close(side)
        shown = b""
        try:
            while part := screen.read(65536):
                shown += part
        except OSError:  # how Linux ends a terminal that all have left
            pass
        assert process.wait() == 0, shown
    return shown


def search_command(world: World) -> list[str]:
    return [*COMMAND, "search", "red", "-k", "2", "--index", str(world.index)]


def test_a_terminal_gets_a_table_with_bars(world: World) -> None:
    shown = on_a_terminal(search_command(world), {"TERM": "xterm-256color", "COLUMNS": "120"})
    assert "▏".encode() in shown or "█".encode() in shown or b"0%" in shown
    assert b"match" in shown
    assert b"\x1b_G" not in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "mark"),
    [({"TERM": "xterm-kitty"}, b"\x1b_Ga=T"), ({"LC_TERMINAL": "iTerm2"}, b"\x1b]1337;File=")],
)
def test_a_terminal_that_can_gets_the_photos(
    world: World, environment: dict[str, str], mark: bytes
) -> None:
    command = ["env", "-u", "TMUX", *search_command(world)]  # the tests may run inside tmux
    environment = {"TERM": "xterm-256color"} | environment
    assert on_a_terminal(command, environment).count(mark) == 2
    assert mark not in on_a_terminal([*command, "--no-thumbnails"], environment)


@pytest.mark.slow
def test_a_terminal_sees_progress_and_a_summary(world: World, tmp_path: Path) -> None:
    command = [*COMMAND, "index", str(world.photos), "--index", str(tmp_path / "x.photoindex")]
    shown = on_a_terminal([*command, "--model", str(world.bundle)], {"TERM": "xterm-256color"})
    assert b"indexing" in shown
    assert b"copied" in shown


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["search", "--help"]])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_help_that_cannot_be_written_is_one_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "photosearch", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 8
    assert len(done.stderr.splitlines()) == 1


def test_a_model_without_a_name_is_not_the_current_folder() -> None:
    command = [sys.executable, "-m", "photosearch", "index", ".", "--model", ""]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "got '', expected the name of a model" in done.stderr
