"""Progress of long work: how many parts are done, of how many, and what is being done.

Whoever works tells a `Listener`; the command line draws what it hears (cli/progress.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one step of long work is."""

    done: int  # parts of the step: photos, files, inputs
    total: int | None  # not known while photos are looked for
    note: str  # what is being done, for people: "indexing", "hashing files"


Listener: TypeAlias = Callable[[Progress], object]


def silent(progress: Progress) -> None:
    """A listener that takes no notice."""


def telling(listener: Listener, note: str) -> Callable[[int, int], None]:
    """Of one step: to be called with how much is done, and of how much."""

    def tell(done: int, total: int) -> None:
        listener(Progress(done, total, note))

    return tell


def counting(listener: Listener, note: str, total: int) -> Callable[[int], None]:
    """Of one step: to be called with how much more is done."""
    so_far = 0

    def more(done: int) -> None:
        nonlocal so_far
        so_far += done
        listener(Progress(so_far, total, note))

    return more
