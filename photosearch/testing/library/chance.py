"""Random draws that are the same under every version of Python: all from one uniform number.

Of Python's `random`, only `random()` promises to give the same numbers for the same seed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")
_TAIL = 1.3  # exponent of a Pareto distribution: a mean, and no variance
_MOST = 40.0  # times the least


class Chance:
    """A stream of draws. Streams of other purposes do not change each other."""

    def __init__(self, seed: int, purpose: str) -> None:
        self.uniform = Random(f"{seed} {purpose}").random  # 0 <= u < 1

    def happens(self, share: float) -> bool:
        return self.uniform() < share

    def below(self, limit: int) -> int:
        """0 to limit - 1."""
        return int(self.uniform() * limit)

    def between(self, least: int, most: int) -> int:
        """`least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def spread(self, width: float) -> float:
        """-width to width, more often near 0."""
        return width * (self.uniform() + self.uniform() - 1)

    def one(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """All of them in another order: Fisher and Yates 1938, as Durstenfeld wrote it in 1964."""
        deck = list(values)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck

    def count(self, mean: float) -> int:
        """The whole number below a mean, or the one above, so that the mean holds."""
        return int(mean) + self.happens(mean - int(mean))

    def heavy(self) -> float:
        """1 to 40, often near 1: how much more happens on some days than on others."""
        return float(min(_MOST, (1.0 - self.uniform()) ** (-1 / _TAIL)))


class Wheel:
    """Draws places of a list in proportion to weights."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._bounds = list(accumulate(weights))

    def draw(self, chance: Chance) -> int:
        """0 to the number of weights - 1."""
        bounds = self._bounds
        return min(bisect_right(bounds, chance.uniform() * bounds[-1]), len(bounds) - 1)
