"""What a method makes of queries with a negative word, and intervals over three kinds of them.

Legend: Q queries, N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.evaluate import find_places
from photosearch.evaluate.expected import average_precision, ndcg
from photosearch.evaluate.significance import Estimate, draws, ends
from tests.benchmarks.negation.queries import NegatedQuery

TOP: Final = 10
MEASURES: Final = ("nDCG@10", "mAP", "unwanted", "any unwanted")
SAME: Final = 1e-6  # less is rounding

Values: TypeAlias = NDArray[np.float64]
Scores: TypeAlias = Callable[[Floats, Floats, Floats], Floats]  # photos, wanted, unwanted -> [N]


@dataclass(frozen=True, eq=False)
class Kind:
    """Queries of one kind, and the photos that they are asked of."""

    name: str
    photos: Floats  # [N, D]
    queries: tuple[NegatedQuery, ...]  # Q
    words: Mapping[str, Floats]  # text -> [D]

    def half(self, number: int) -> Kind:
        """Those of one half."""
        some = tuple(query for query in self.queries if query.half == number)
        return Kind(self.name, self.photos, some, self.words)


def measure(scores: Scores, kind: Kind) -> Values:
    """The measures of each query: [Q, 4]. `unwanted` is a share of the first ten photos."""
    rows = []
    for query in kind.queries:
        found = scores(kind.photos, kind.words[query.wanted], kind.words[query.unwanted])
        first = np.argsort(-found, kind="stable")[:TOP]
        pairs = (np.zeros(query.relevant.sum(), np.int64), np.flatnonzero(query.relevant))
        places = find_places(np.ones((1, 1), np.float32), found[:, None], pairs)
        unwanted = query.negative[first]
        measured = (ndcg(places, TOP)[0], average_precision(places)[0])
        rows.append((*measured, unwanted.mean(), float(unwanted.any())))
    return np.array(rows, np.float64)


def mean_of_kinds(changes: Sequence[Values]) -> Estimate:
    """Of values [Q] of each kind: the mean of their means, each kind resampled by itself."""
    drawn = np.mean([_means(values) for values in changes], axis=0)
    low, high = ends(drawn, min(map(len, changes)))
    return Estimate(float(np.mean([values.mean() for values in changes])), float(low), float(high))


def _means(values: Values) -> Values:
    """The mean of each resample: [resamples]."""
    parts = [times @ values / len(values) for times in draws(len(values), len(values))]
    return np.concatenate(parts)


def share(values: Sequence[Values], *, worse: bool) -> float:
    """Of the queries of each kind, those whose change is below or above zero; kinds count alike."""
    sign = -1 if worse else 1
    return float(np.mean([(sign * change > SAME).mean() for change in values]))
