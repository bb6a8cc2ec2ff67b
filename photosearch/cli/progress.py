"""Progress of long runs on stderr: a bar on a terminal, now and then a line in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Literal

from photosearch.cli.output import say

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from photosearch.progress import Listener, Progress

Unit = Literal["photos", "parts"]

LINE_EVERY_S = 10.0
_MANY = 100  # parts of a step that is worth more than one line


@contextmanager
def show_photos() -> Iterator[Listener]:
    """A listener for `PhotoIndex.add` and its like: a bar, or a line every ten seconds."""
    with _listener("photos", PhotoLines) as show:
        yield show


@contextmanager
def show_steps() -> Iterator[Listener]:
    """A listener for `export_model` and its like: a bar, or a line for each step."""
    with _listener("parts", StepLines) as show:
        yield show


@contextmanager
def _listener(unit: Unit, lines: Callable[[], Listener]) -> Iterator[Listener]:
    if not sys.stderr.isatty():
        yield lines()
        return
    rate = StepRate(unit)
    with _bar(unit) as bar:
        task = bar.add_task("", total=None, rate="")
        yield lambda now: bar.update(
            task, description=now.note, completed=now.done, total=now.total, rate=rate(now)
        )


def _bar(unit: Unit) -> RichProgress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn() if unit == "photos" else TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}", style="dim"),
        # Named here, because coremltools' own bars are kept off `sys.stderr` while it works.
        console=Console(file=sys.stderr),
        transient=True,
    )


class PhotoLines:
    """One line every ten seconds, for logs; none for a short run."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._rate = StepRate("photos", clock=clock)

    def __call__(self, now: Progress) -> None:
        rate = self._rate(now)
        if self._clock() - self._last < LINE_EVERY_S:
            return
        self._last = self._clock()
        if now.total is None:
            say(f"{now.note}: {now.done:,} so far")
        else:
            told = f"{now.note}: {now.done:,} of {now.total:,} photos"
            say(f"{told}, {rate}" if rate else told)


class StepLines:
    """One line for each step, for logs; ten for a step of hundreds of parts."""

    def __init__(self) -> None:
        self._last: tuple[str, int] | None = None

    def __call__(self, now: Progress) -> None:
        total = now.total or 0
        tenth = 10 * now.done // total if total >= _MANY else 0
        if (now.note, tenth) != self._last:
            of = "" if now.total is None else f"/{now.total}"
            say(f"{now.done}{of} {now.note}")
            self._last = now.note, tenth


class StepRate:
    """Speed and time left of the step at hand; each step starts a clock of its own."""

    def __init__(self, unit: Unit, *, clock: Callable[[], float] = monotonic) -> None:
        self._unit, self._clock = unit, clock
        self._step: tuple[str, int | None] | None = None
        self._began_s, self._first = 0.0, 0

    def __call__(self, now: Progress) -> str:
        if (now.note, now.total) != self._step:
            self._step = now.note, now.total
            self._began_s, self._first = self._clock(), now.done
        if now.total is None:
            return ""
        seconds = self._clock() - self._began_s
        return format_rate(now.done - self._first, now.total - self._first, seconds, self._unit)


def format_rate(done: int, total: int, seconds: float, unit: str) -> str:
    """For example `85.3 photos/s, 1:20 left`; empty while nothing is known."""
    if not done or not seconds:
        return ""
    speed = done / seconds
    left = round(max(total - done, 0) / speed)
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{speed:,.1f} {unit}/s, {clock} left"
