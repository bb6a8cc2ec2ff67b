"""Retrieval measures of every query, as expected where scores are tied.

Items with one score stand in any order; each measure is its mean over these orders, in closed form
after McSherry and Najork 2008, doi:10.1007/978-3-540-78646-7_38. Without ties they are the usual
ones. Legend: Q queries, P pairs, K a cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosearch.evaluate.places import Ints, Places

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Groups:
    """Relevant items of one query with one score. Legend: G groups."""

    query: Ints  # [G]
    ahead: Ints  # [G], items that score more
    tied: Ints  # [G], items with this score
    relevant: Ints  # [G], of these, those that are relevant
    before: Ints  # [G], relevant items of the query that score more


def recall(places: Places, k: int) -> Values:
    """The share of a query's relevant items within the first k: [Q]; 0 for one without any."""
    within = np.clip(k - places.ahead, 0, places.tied) / places.tied
    return _mean(places, within)


def success(places: Places, k: int) -> Values:
    """The odds that any relevant item is within the first k: [Q].

    The first k end in one group of ties at most; of that, `tied choose drawn` sets are as likely.
    """
    groups = _groups(places)
    drawn = np.clip(k - groups.ahead, 0, groups.tied)
    missed = np.ones(len(drawn))
    for turn in range(int(drawn.max(initial=0))):
        left = groups.tied - turn
        missing = np.maximum(left - groups.relevant, 0) / np.maximum(left, 1)
        missed = np.where(drawn > turn, missed * missing, missed)
    none: Values = np.ones(places.queries)
    np.multiply.at(none, groups.query, missed)
    return 1 - none


def average_precision(places: Places) -> Values:
    """The mean of the precisions at each relevant item: [Q]; 0 for a query without any."""
    groups = _groups(places)
    harmonic = _sums(1 / np.arange(1, places.items + 1))
    share = np.where(groups.tied > 1, (groups.relevant - 1) / np.maximum(groups.tied - 1, 1), 0.0)
    inverse = harmonic[groups.ahead + groups.tied] - harmonic[groups.ahead]
    precisions = (groups.before + 1 - share * (groups.ahead + 1)) * inverse + share * groups.tied
    total = np.bincount(
        groups.query, precisions * groups.relevant / groups.tied, minlength=places.queries
    )
    found: Values = total / np.maximum(_count(places), 1)
    return found


def reciprocal_rank(places: Places) -> Values:
    """One over the place of the first relevant item: [Q]; 0 for a query without any."""
    groups = _first(_groups(places))
    harmonic = _sums(1 / np.arange(1, places.items + 1))
    alone = (harmonic[groups.ahead + groups.tied] - harmonic[groups.ahead]) / groups.tied
    found: Values = np.zeros(places.queries)
    found[groups.query] = alone
    for at in np.flatnonzero(groups.relevant > 1):
        odds = _first_odds(int(groups.tied[at]), int(groups.relevant[at]))
        ranks = groups.ahead[at] + 1 + np.arange(len(odds))
        found[groups.query[at]] = (odds / ranks).sum()
    return found


def rank(places: Places) -> Values:
    """The place of the first relevant item, from 1: [Q]; N + 1 for a query without any."""
    groups = _first(_groups(places))
    found: Values = np.full(places.queries, places.items + 1.0)
    found[groups.query] = groups.ahead + (groups.tied + 1) / (groups.relevant + 1)
    return found


def ndcg(places: Places, k: int, grades: Ints | None = None) -> Values:
    """Normalised discounted cumulative gain of the first k: [Q], 0 to 1.

    Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418; the gain is the grade, [P] (1 if there
    are none), the discount 1 / log2(rank + 1), as trec_eval has it.
    """
    gains = np.ones(len(places.query)) if grades is None else grades.astype(np.float64)
    discounts = 1 / np.log2(np.arange(2, places.items + 2))
    discounts[k:] = 0
    sums = _sums(discounts)
    mean = (sums[places.ahead + places.tied] - sums[places.ahead]) / places.tied
    total = np.bincount(places.query, gains * mean, minlength=places.queries)
    ideal = _ideal(places, gains, discounts[:k])
    found: Values = total / np.where(ideal == 0, 1, ideal)
    return found


def _ideal(places: Places, gains: Values, discounts: Values) -> Values:
    """The greatest that the gains of each query can give: [Q]."""
    order = np.lexsort((-gains, places.query))
    count = _count(places)
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    shown = place < len(discounts)
    kept = order[shown]
    best = gains[kept] * discounts[place[shown]]
    return np.bincount(places.query[kept], best, minlength=places.queries).astype(np.float64)


def _groups(places: Places) -> _Groups:
    order = np.lexsort((places.ahead, places.query))
    query, ahead, tied = places.query[order], places.ahead[order], places.tied[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (query[1:] != query[:-1]) | (ahead[1:] != ahead[:-1])
    first = np.flatnonzero(is_new)
    relevant = np.diff(np.append(first, len(order)))
    starts = np.concatenate(([0], np.cumsum(_count(places))))
    before = first - starts[query[first]]
    return _Groups(query[first], ahead[first], tied[first], relevant, before)


def _first(groups: _Groups) -> _Groups:
    """The best group of each query."""
    best = groups.before == 0
    return _Groups(
        groups.query[best],
        groups.ahead[best],
        groups.tied[best],
        groups.relevant[best],
        groups.before[best],
    )


def _first_odds(tied: int, relevant: int) -> Values:
    """The odds that the first relevant item is the first, second, ... of those tied: [places]."""
    place = np.arange(tied - relevant + 1)
    missing = (tied - relevant - place) / np.maximum(tied - place, 1)
    still = np.concatenate(([1.0], np.cumprod(missing[:-1])))
    odds: Values = still * relevant / (tied - place)
    return odds


def _sums(values: Values) -> Values:
    """The sums of the first 0, 1, 2, ... values."""
    return np.concatenate(([0.0], np.cumsum(values)))


def _count(places: Places) -> Ints:
    return np.bincount(places.query, minlength=places.queries)


def _mean(places: Places, values: Values) -> Values:
    total = np.bincount(places.query, values, minlength=places.queries)
    found: Values = total / np.maximum(_count(places), 1)
    return found
