"""How much more a call costs when its input grows. No test asserts seconds: processors differ."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from timeit import repeat

_TIMES = 4
LINEAR = 8.0  # at most: linear work grows fourfold, quadratic work sixteenfold


def growth(work: Callable[[int], object], size: int) -> float:
    """The CPU time of `work(4 * size)` over that of `work(size)`, each the least of several."""

    def least(given: int) -> float:
        return min(repeat(lambda: work(given), timer=process_time, number=1, repeat=7))

    return least(_TIMES * size) / least(size)
