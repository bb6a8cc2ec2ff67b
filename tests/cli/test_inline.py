"""Pictures inside a terminal."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from photosearch.cli.inline import detect, iterm2, kitty


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
    assert detect(environment) == protocol


def noise_png() -> bytes:
    picture = Image.effect_noise((80, 60), 90)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def test_kitty_commands_carry_the_whole_picture_in_small_chunks() -> None:
    png = noise_png()
    commands = list(kitty(png))
    parts = [re.fullmatch(rb"\x1b_G([^;]*);(.*)\x1b\\", command) for command in commands]
    assert len(commands) > 1
    assert all(part and len(part[2]) <= 4096 for part in parts)
    assert base64.b64decode(b"".join(part[2] for part in parts if part)) == png
    assert [part[1][-3:] for part in parts if part] == [b"m=1"] * (len(parts) - 1) + [b"m=0"]


def test_iterm2_carries_the_picture_and_its_size() -> None:
    png = noise_png()
    found = re.fullmatch(rb"\x1b\]1337;File=([^:]*):(.*)\x07", iterm2(png))
    assert found is not None
    assert f"size={len(png)}".encode() in found[1].split(b";")
    assert base64.b64decode(found[2]) == png
