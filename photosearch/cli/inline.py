"""Pictures inside a terminal, by the two protocols that terminals share.

kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/ (kitty, Ghostty)
iTerm2: https://iterm2.com/documentation-images.html (iTerm2, WezTerm)
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from photosearch.cli.output import write_bytes
from photosearch.cli.table import shown_path
from photosearch.display.thumbnail import encoded, thumbnail
from photosearch.types import Hit

Protocol = Literal["kitty", "iterm2"]

ROWS = 6  # of text that a thumbnail covers
SIDE = 192  # pixels, the longer side of what is sent
_CHUNK = 4096  # bytes of base64 in one kitty command, the most it allows


def detect(environment: Mapping[str, str] = os.environ) -> Protocol | None:
    """The protocol of this terminal by what it says of itself; None if it says nothing known.

    tmux and screen swallow both protocols, so inside them there are no pictures.
    """
    term = environment.get("TERM", "")
    if "TMUX" in environment or term.startswith(("screen", "tmux")):
        return None
    program = environment.get("TERM_PROGRAM", "")
    if term in ("xterm-kitty", "xterm-ghostty") or "KITTY_WINDOW_ID" in environment:
        return "kitty"
    if program in ("iTerm.app", "WezTerm") or environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return None


def print_pictures(hits: Sequence[Hit], protocol: Protocol) -> None:
    """Each photo that can be read, with its rank and name below it, on stdout."""
    for hit in hits:
        picture = thumbnail(hit.path, side=SIDE)
        if picture is None:
            continue
        if protocol == "kitty":
            shown = b"".join(kitty(encoded(picture, "PNG")))
        else:
            shown = iterm2(encoded(picture, "JPEG"))
        write_bytes(shown + b"\n")
        print(f"{hit.rank}  {shown_path(hit)}")


def kitty(png: bytes) -> Iterator[bytes]:
    """The escape sequences that show a PNG file `ROWS` rows high, in chunks.

    a=T: send and show; f=100: a PNG file; q=2: answer nothing; m=1: more chunks follow.
    """
    data = b64encode(png)
    for start in range(0, len(data), _CHUNK):
        keys = f"a=T,f=100,r={ROWS},q=2," if start == 0 else ""
        more = int(start + _CHUNK < len(data))
        yield b"\x1b_G" + f"{keys}m={more};".encode() + data[start : start + _CHUNK] + b"\x1b\\"


def iterm2(picture: bytes) -> bytes:
    """The escape sequence that shows a picture file `ROWS` rows high."""
    head = f"\x1b]1337;File=inline=1;size={len(picture)};height={ROWS};preserveAspectRatio=1:"
    return head.encode() + b64encode(picture) + b"\x07"
