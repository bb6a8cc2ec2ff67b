"""One query against all vectors, or against some: exact, with every tie for the last place.

Shape legend: N photos, D embedding width.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats

Ids: TypeAlias = NDArray[np.int64]
Found: TypeAlias = list[tuple[float, int]]  # inner products and ids

LEAST_SHARE = 20_000  # vectors: waking a thread costs as much as scanning a few thousand
_CORES = os.cpu_count() or 1


def nearest_all(
    index: Any, query: Floats, k: int, present: NDArray[np.bool_] | None = None
) -> Found:
    """The best k of a faiss.IndexIDMap2 and what ties with the last of them; query [1, D].

    With `present` [N], only of the places that are true. faiss itself scans for one query on one
    thread. Here several share a large collection.
    """
    total = int(index.ntotal)
    shares = min(max(total // LEAST_SHARE, 1), _CORES)
    if shares == 1 and present is None:
        return best_of(index, query, k, total, None)
    edges = [total * share // shares for share in range(shares + 1)]

    def scan(low: int, high: int) -> Found:
        if present is None:
            count, chosen = high - low, faiss_module().IDSelectorRange(low, high)
        else:
            places = low + np.flatnonzero(present[low:high])
            count, chosen = len(places), bitmap(places) if len(places) else None
        found = best_of(index.index, query, k, count, chosen) if count else []
        return [(score, index.id_map.at(place)) for score, place in found]

    return [pair for part in _threads().map(scan, edges[:-1], edges[1:]) for pair in part]


def best_of(index: Any, query: Floats, k: int, total: int, chosen: Any) -> Found:
    """At least the best k of the `total` vectors that a selector lets through; query [1, D].

    Asks for one more than k, since faiss keeps any of those that tie for the last place.
    """
    params = None if chosen is None else faiss_module().SearchParameters(sel=chosen)
    k = min(k, total)
    count = min(k + 1, total)
    while True:
        found, numbers = index.search(query, count, params=params)
        scores, ids = found[0].tolist(), numbers[0].tolist()
        if count == total or scores[-1] < scores[k - 1]:
            return list(zip(scores, ids, strict=True))
        count = min(4 * count, total)


def bitmap(allowed: Ids) -> Any:
    """A selector that makes faiss skip every other id: one bit an id."""
    mask = np.zeros(int(allowed.max()) + 1, np.bool_)
    mask[allowed] = True
    return faiss_module().IDSelectorBitmap(np.packbits(mask, bitorder="little"))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_CORES, "photosearch-scan")


def faiss_module() -> Any:
    """Imported when first needed, and untyped: its stubs leave out what its Python layer adds."""
    import faiss

    return faiss
