"""How far a long run is: a bar on a terminal, now and then a line in a log; on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from photosearch.cli.output import say
from photosearch.cli.pace import told

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from photosearch.progress import Progress

LINE_EVERY_S = 10.0
_STAGES = {
    "scan": "looking for photos",
    "read": "indexing",
    "export": "exporting",
    "import": "importing",
}


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """A listener for `PhotoIndex.add` and its like that shows what it hears."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    with _bar() as bar:
        task = bar.add_task("", total=None, told="")

        def show(now: Progress) -> None:
            name = _STAGES[now.stage]
            bar.update(task, description=name, completed=now.done, total=now.total, told=pace(now))

        yield show


def pace(now: Progress) -> str:
    """Speed and time left, for example `85.3 photos/s, 1:20 left`; empty while unknown."""
    if now.stage == "scan":
        return ""
    return told(now.done, now.total or now.done, now.seconds, "photos")


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}", style="dim"),
        console=Console(stderr=True),
        transient=True,
    )


class Lines:
    """One line every few seconds, for logs."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def __call__(self, now: Progress) -> None:
        if self._clock() - self._last < LINE_EVERY_S:
            return
        self._last = self._clock()
        name = _STAGES[now.stage]
        if now.total is None:
            say(f"{name}: {now.done:,} so far")
        else:
            say(f"{name}: {now.done:,} of {now.total:,} photos, {pace(now)}")
