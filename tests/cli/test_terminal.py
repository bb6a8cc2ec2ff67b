"""A table with bars, pictures, and what a name may not do to a terminal."""

from __future__ import annotations

import base64
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from photosearch.cli.terminal import (
    bar,
    detect_protocol,
    iterm2_command,
    kitty_commands,
    print_table,
    shown_path,
)
from photosearch.types import Hit, PhotoInfo


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, "    "), (1.0, "████"), (0.5, "██  "), (0.53, "██▏ "), (7.0, "████"), (-1.0, "    ")],
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


def hit(path: Path) -> Hit:
    return Hit(rank=1, id=1, path=path, score=0.0, confidence=0.0)


def test_a_path_below_the_current_folder_is_shown_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(hit(tmp_path / "a" / "b.jpg")) == "a/b.jpg"
    assert shown_path(hit(Path("/elsewhere/b.jpg"))) == "/elsewhere/b.jpg"


def test_an_escape_sequence_in_a_name_is_not_sent() -> None:
    assert shown_path(hit(Path("/\x1b[2Jx.jpg"))) == "/\\x1b[2Jx.jpg"


def test_photos_compared_with_a_photo_show_a_similarity(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([Hit(rank=1, id=1, path=Path("/a.jpg"), score=0.87, confidence=None)])
    assert capsys.readouterr().out == "1\t87%\t0.870\t/a.jpg\n"


@pytest.mark.parametrize(
    ("score", "shown"), [(-0.0287, "-3%"), (-0.001, "0%"), (-1.0, "-100%"), (1.0, "100%")]
)
def test_a_similarity_below_zero_is_shown_as_it_is(
    capsys: pytest.CaptureFixture[str], score: float, shown: str
) -> None:
    print_table([Hit(rank=1, id=1, path=Path("/a.jpg"), score=score, confidence=None)])
    assert capsys.readouterr().out == f"1\t{shown}\t{score:.3f}\t/a.jpg\n"


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (40, ["#", "confidence", "photo"]),
        (60, ["#", "confidence", "photo", "score"]),
        (80, ["#", "confidence", "photo", "score", "taken"]),
        (120, ["#", "confidence", "photo", "score", "taken", "camera"]),
    ],
)
def test_a_narrow_terminal_keeps_the_photos(
    width: int,
    heads: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    info = PhotoInfo(1, 1, taken_at=datetime(2020, 5, 1), camera="Canon EOS 5D")
    print_table([Hit(1, 1, Path("/p/a street.jpg"), 0.2, 0.5, info)])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)  # colours
    first, second = shown.splitlines()[:2]
    assert first.split() == heads
    assert "/p/a street.jpg" in second


def test_a_current_folder_that_was_deleted_is_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert shown_path(hit(Path("/p/a.jpg"))) == "/p/a.jpg"


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "screen", "LC_TERMINAL": "iTerm2"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, None),
        ({}, None),
    ],
)
def test_the_terminal_is_known_by_its_environment(
    environment: dict[str, str], protocol: str | None
) -> None:
    assert detect_protocol(environment) == protocol


def noise_png() -> bytes:
    picture = Image.effect_noise((80, 60), 90)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def test_kitty_commands_carry_the_whole_picture_in_small_chunks() -> None:
    png = noise_png()
    commands = list(kitty_commands(png))
    parts = [re.fullmatch(rb"\x1b_G([^;]*);(.*)\x1b\\", command) for command in commands]
    assert len(commands) > 1
    assert all(part and len(part[2]) <= 4096 for part in parts)
    assert base64.b64decode(b"".join(part[2] for part in parts if part)) == png
    assert [part[1][-3:] for part in parts if part] == [b"m=1"] * (len(parts) - 1) + [b"m=0"]


def test_iterm2_carries_the_picture_and_its_size() -> None:
    png = noise_png()
    found = re.fullmatch(rb"\x1b\]1337;File=([^:]*):(.*)\x07", iterm2_command(png))
    assert found is not None
    assert f"size={len(png)}".encode() in found[1].split(b";")
    assert base64.b64decode(found[2]) == png
