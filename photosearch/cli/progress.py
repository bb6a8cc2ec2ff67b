"""How far the indexing is: a bar on a terminal, now and then a line anywhere else; on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from photosearch.cli.output import say

if TYPE_CHECKING:
    from rich.progress import Progress

Report = Callable[[int, int], None]  # photos done, photos in all as far as is known

LINE_EVERY_S = 10.0


@contextmanager
def progress() -> Iterator[Report]:
    """A function to call with photos done and photos in all, as often as is convenient."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    with _bar() as bar:
        task = bar.add_task("indexing", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield report


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.1f} photos/s" if speed else "", "dim")

    return Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=30.0,
    )


class Lines:
    """One line every few seconds, for logs."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._start = self._last = clock()

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._last < LINE_EVERY_S:
            return
        self._last = now
        speed = done / (now - self._start)
        left = f", {max(total - done, 0) / speed:,.0f} s left" if speed else ""
        say(f"indexing: {done:,} of {total:,} photos, {speed:,.1f} photos/s{left}")
