"""Confidence: from the score of a photo to the probability that it matches the words of a query.

    1 / (1 + exp(-(scale * score + words * ln W + photos * ln N + bias)))

W is how many words are looked for, 4 at most: who says more asks for more, and fewer photos show
all of it. N is how many photos were searched, 3,000 at most: the more there are, the better the
best of those that are wrong. Both bounds were measured to be about best.
Platt scaling (Platt 1999) of three numbers instead of one. `of_words` 0 and `of_photos` 0 give
that of the score alone, which bundles before this rule have.

It is what is said of every hit, whatever its rank: of the photos that are shown at 0.7, 70 in 100
should match. For a sentence it is the probability that just this photo was meant.

Means and deviations of what a query scores for a fixed background set were measured as well, and
make it no better (tests/benchmarks/bench_calibration.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from photosearch.types import Query

CONFIDENT: Final = 0.25  # a best photo below this is no match
MOST_WORDS: Final = 4  # that count
MOST_PHOTOS: Final = 3_000  # that count
_MOST_EXPONENT: Final = 700.0  # exp of it is finite


@dataclass(frozen=True, slots=True)
class Confidence:
    """The constants of a model; of numbers without a unit."""

    scale: float  # times the score
    bias: float  # added to that
    of_words: float = 0.0  # times the logarithm of the number of words; 0 or less
    of_photos: float = 0.0  # times the logarithm of the number of photos; 0 or less

    def of(self, score: float, *, words: int, photos: int) -> float:
        """The probability that a photo of this score matches, 0..1.

        `words` are those looked for, `photos` those searched; fewer than one count as one. All in
        float64, added up in this order, so that Swift has the same.
        """
        logit = self.scale * score
        logit += self.of_words * math.log(min(max(words, 1), MOST_WORDS))
        logit += self.of_photos * math.log(min(max(photos, 1), MOST_PHOTOS))
        exponent = -(logit + self.bias)
        return 1 / (1 + math.exp(min(max(exponent, -_MOST_EXPONENT), _MOST_EXPONENT)))


def count_words(query: Query) -> int:
    """How many words the query looks for: between white space, in its terms of positive weight."""
    return sum(len(term.text.split()) for term in query.terms if term.weight > 0)


def is_confident(sure: Sequence[float]) -> bool:
    """Whether the library has a match: the best of these is CONFIDENT or more; not if there is
    none."""
    return max(sure, default=0.0) >= CONFIDENT
