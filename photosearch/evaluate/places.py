"""Where relevant items stand among all items, without the matrix of all scores.

Legend: Q queries, N items, D embedding width, P pairs of a query and an item relevant to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.errors import ModelError, ShapeError
from photosearch.progress import Listener, counting, silent

Ints = NDArray[np.int64]

_BLOCK = 1 << 24  # scores at a time: 64 MB, and two masks of a quarter of it
_ROWS = 1 << 14  # pairs that are compared exactly at a time


@dataclass(frozen=True, eq=False)
class Places:
    """Of each pair, how many items score more and how many score the same, itself among these."""

    query: Ints  # [P], ascending
    item: Ints  # [P]
    ahead: Ints  # [P], 0..N - 1
    tied: Ints  # [P], 1..N
    queries: int  # Q
    items: int  # N

    def tied_pairs(self) -> int:
        """How many relevant items share their score with others."""
        return int((self.tied > 1).sum())


def find_places(
    queries: Floats,
    items: Floats,
    relevant: tuple[NDArray[np.signedinteger], ...],
    *,
    progress: Listener = silent,
) -> Places:
    """queries [Q, D], items [N, D]; relevant: of each pair the query and the item, both [P].

    Scores are inner products. Those that float32 cannot tell apart are computed again in float64
    from the same numbers, so that two items are tied if, and only if, these are equal. Memory
    beyond the arguments is about 100 MB, time O(Q N D) and O(P N).

    Raises ShapeError for widths that differ, ModelError for NaN or infinity.
    """
    _check(queries, items)
    query, item = (place.astype(np.int64) for place in relevant)
    order = np.lexsort((item, query))
    query, item = query[order], item[order]
    exact = _exact(queries, items, query, item)
    ahead, tied = np.zeros(len(query), np.int64), np.zeros(len(query), np.int64)
    margin = _margin(queries, items)
    turns = list(_turns(query))
    rows = max(1, _BLOCK // max(len(queries), 1))
    tell = counting(progress, "scores", len(items))
    for start in range(0, len(items), rows):
        part = items[start : start + rows]
        scores = queries @ part.T
        for pairs in turns:
            block = scores if len(pairs) == len(queries) else scores[query[pairs]]
            limit = exact[pairs].astype(np.float32)[:, None]
            width = margin[query[pairs]][:, None]
            above = block > limit + width
            ahead[pairs] += np.count_nonzero(above, axis=1)
            near = np.nonzero((block >= limit - width) & ~above)
            _compare(queries, items, query, exact, pairs[near[0]], near[1] + start, ahead, tied)
        tell(len(part))
    return Places(query, item, ahead, tied, len(queries), len(items))


def _check(queries: Floats, items: Floats) -> None:
    if queries.ndim != 2 or items.ndim != 2 or queries.shape[1] != items.shape[1]:
        raise ShapeError(f"got queries {queries.shape} and items {items.shape}, expected one width")
    for name, rows in (("queries", queries), ("items", items)):
        if rows.dtype not in (np.float32, np.float64):
            raise ShapeError(f"{name}: got {rows.dtype}, expected float32")
        # a sum is finite only if all of its terms are
        if not all(np.isfinite(rows[i : i + _ROWS].sum()) for i in range(0, len(rows), _ROWS)):
            raise ModelError(f"{name}: got NaN or infinity among the embeddings, expected numbers")


def _margin(queries: Floats, items: Floats) -> Floats:
    """By how much a float32 score may miss, at most: [Q]. Higham 2002, section 3.1."""
    longest = max(
        (
            float(np.linalg.norm(items[i : i + _ROWS], axis=1).max())
            for i in range(0, len(items), _ROWS)
        ),
        default=0.0,
    )
    unit = float(np.finfo(np.float32).eps)
    bound = (queries.shape[1] + 2) * unit * longest
    margin: Floats = (np.linalg.norm(queries, axis=1) * bound).astype(np.float32)
    return margin


def _turns(query: Ints) -> Iterator[Ints]:
    """The first pair of every query, the second of those that have one, and so on."""
    _, first, count = np.unique(query, return_index=True, return_counts=True)
    for turn in range(int(count.max(initial=0))):
        yield first[count > turn] + turn


def _exact(queries: Floats, items: Floats, query: Ints, item: Ints) -> NDArray[np.float64]:
    """Inner products of pairs in float64: [P]."""
    parts = [np.empty(0)]
    for start in range(0, len(query), _ROWS):
        rows = slice(start, start + _ROWS)
        left = queries[query[rows]].astype(np.float64)
        parts.append(np.einsum("pd,pd->p", left, items[item[rows]].astype(np.float64)))
    return np.concatenate(parts)


def _compare(
    queries: Floats,
    items: Floats,
    query: Ints,
    exact: NDArray[np.float64],
    pairs: Ints,
    others: Ints,
    ahead: Ints,
    tied: Ints,
) -> None:
    """Counts items whose scores float32 cannot tell from that of their pair."""
    scores = _exact(queries, items, query[pairs], others)
    np.add.at(ahead, pairs[scores > exact[pairs]], 1)
    np.add.at(tied, pairs[scores == exact[pairs]], 1)
