"""Results on a terminal: a table with bars, and thumbnails by the protocols of kitty and iTerm2.

kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/ (kitty, Ghostty)
iTerm2: https://iterm2.com/documentation-images.html (iTerm2, WezTerm)
"""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from photosearch.cli.output import write_bytes
from photosearch.display import percent, printable, share, share_name
from photosearch.types import Hit

Protocol = Literal["kitty", "iterm2"]

ROWS = 6  # of text that a thumbnail covers
SIDE = 192  # pixels, the longer side of what is sent
_CHUNK = 4096  # bytes of base64 in one kitty command, the most it allows

BAR_CELLS = 12
# Behind the photo, each from a width of the terminal on: its name has 20 cells at least.
_RECORDED = ("score", "taken", "camera")
_LEAST_WIDTHS = (50, 70, 110)
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """A bar of block characters, in eighths of a cell: share 0..1 of `cells`.

    Where stdout has no such characters, of whole cells.
    """
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, rest = divmod(eighths, 8)
    if not _can_show("█" + _EIGHTHS):
        return ("#" * full).ljust(cells)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(cells)


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def print_table(hits: Sequence[Hit]) -> None:
    """A rich table on a terminal; tab-separated lines without colour anywhere else."""
    if not sys.stdout.isatty():
        for hit in hits:
            print(f"{hit.rank}\t{percent(hit)}\t{hit.score:.3f}\t{printable(hit.path)}")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    recorded = _RECORDED[: sum(console.width >= least for least in _LEAST_WIDTHS)]
    table = Table(box=None, pad_edge=False)
    table.add_column("#", justify="right", style="dim")
    table.add_column(share_name(hits), no_wrap=True)
    table.add_column("photo", overflow="fold")
    for name in recorded:
        table.add_column(name, style="dim", no_wrap=True)
    for hit in hits:
        match = Text(bar(share(hit)), "green").append(f" {percent(hit):>4}", "default")
        others = _recorded(hit)[: len(recorded)]
        table.add_row(str(hit.rank), match, Text(shown_path(hit)), *others)
    console.print(table)


def shown_path(hit: Hit) -> str:
    """Relative to the current folder where that is shorter."""
    path = os.fspath(hit.path)
    with suppress(FileNotFoundError):  # the current folder was deleted
        path = path.removeprefix(os.getcwd() + os.sep)  # noqa: PTH109 a string is what is compared
    return printable(Path(path))


def _recorded(hit: Hit) -> tuple[str, str, str]:
    """In the order of `_RECORDED`."""
    info = hit.info
    taken = info.taken_at.strftime("%Y-%m-%d %H:%M") if info and info.taken_at else ""
    return f"{hit.score:.3f}", taken, printable(info.camera or "") if info else ""


def detect_protocol(environment: Mapping[str, str] = os.environ) -> Protocol | None:
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


def print_thumbnails(hits: Sequence[Hit], protocol: Protocol) -> None:
    """Each photo that can be read, with its rank and name below it, on stdout."""
    for hit in hits:
        shown = picture_command(hit.path, protocol)
        if shown is not None:
            write_bytes(shown + b"\n")
            print(f"{hit.rank}  {shown_path(hit)}")


def picture_command(path: Path, protocol: Protocol) -> bytes | None:
    """What shows a photo that small; None if it cannot be read."""
    from photosearch.display import encoded, thumbnail

    picture = thumbnail(path, side=SIDE)
    if picture is None:
        return None
    if protocol == "kitty":
        return b"".join(kitty_commands(encoded(picture, "PNG")))
    return iterm2_command(encoded(picture, "JPEG"))


def kitty_commands(png: bytes) -> Iterator[bytes]:
    """The escape sequences that show a PNG file `ROWS` rows high, in chunks.

    a=T: send and show; f=100: a PNG file; q=2: answer nothing; m=1: more chunks follow.
    """
    data = b64encode(png)
    for start in range(0, len(data), _CHUNK):
        keys = f"a=T,f=100,r={ROWS},q=2," if start == 0 else ""
        more = int(start + _CHUNK < len(data))
        yield b"\x1b_G" + f"{keys}m={more};".encode() + data[start : start + _CHUNK] + b"\x1b\\"


def iterm2_command(picture: bytes) -> bytes:
    """The escape sequence that shows a picture file `ROWS` rows high."""
    head = f"\x1b]1337;File=inline=1;size={len(picture)};height={ROWS};preserveAspectRatio=1:"
    return head.encode() + b64encode(picture) + b"\x07"
