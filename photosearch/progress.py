"""How far a long run over an index is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    stage: Literal["scan", "read", "export", "import"]
    done: int  # files
    total: int | None  # files; not known while scanning
    skipped: int  # files
    seconds: float  # since the stage began


Listener = Callable[[Progress], object]


def nobody(progress: Progress) -> None:
    """Listens to no progress."""
