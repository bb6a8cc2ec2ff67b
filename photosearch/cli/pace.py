"""Speed and time left, for bars and logs."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


def told(done: int, total: int, seconds: float, unit: str) -> str:
    """For example `85.3 photos/s, 1:20 left`; empty while nothing is known."""
    if not done or not seconds:
        return ""
    speed = done / seconds
    left = round(max(total - done, 0) / speed)
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{speed:,.1f} {unit}/s, {clock} left"


class StepPace:
    """The pace of the step at hand; each step starts a clock of its own."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._step = ("", 0)
        self._begun, self._first = 0.0, 0

    def __call__(self, now: str, done: int, total: int) -> str:
        if (now, total) != self._step:
            self._step = (now, total)
            self._begun, self._first = self._clock(), done
        seconds = self._clock() - self._begun
        return told(done - self._first, total - self._first, seconds, "parts")
