"""Results for a person: a table with bars, and thumbnails where the terminal shows them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from photosearch.display.matches import percent, share, share_name
from photosearch.display.names import printable
from photosearch.types import Hit

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
