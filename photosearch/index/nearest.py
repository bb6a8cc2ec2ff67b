"""One query against all vectors, or against some: faiss finds the candidates, exact.py decides.

Shape legend: N photos, n candidates, D embedding width.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from photosearch.index.exact_scores import Places, Stored, faiss_module

Ids: TypeAlias = NDArray[np.int64]

LEAST_SHARE = 20_000  # vectors: waking a thread costs as much as scanning a few thousand
_CORES = os.cpu_count() or 1
_SPARE = 8  # candidates more than asked for, and an eighth as many again


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the vectors, for one thread."""

    total: int  # how many, at most
    chosen: Any = None  # a selector of places; None for all
    kept: Any = None  # what the selector points to

    def scan(self, index: Any, query: Floats, count: int) -> tuple[Floats, Places]:
        """faiss's scores and places, best first; query [1, D]."""
        params = self.chosen and faiss_module().SearchParameters(sel=self.chosen)
        scores, places = index.search(query, min(count, self.total), params=params)
        return scores[0], places[0]


def parts(
    index: Any, allowed: Ids | None = None, present: NDArray[np.bool_] | None = None
) -> list[Part]:
    """Of a faiss.IndexIDMap2: those allowed, those at places [N] that are true, or all.

    faiss itself scans for one query on one thread. Here several share a large collection.
    """
    total = int(index.ntotal)
    if allowed is not None:
        return _allowed(index, allowed) if total and len(allowed) else []
    shares = min(max(total // LEAST_SHARE, 1), _CORES)
    if shares == 1 and present is None:
        return [Part(total)] if total else []
    edges = [total * share // shares for share in range(shares + 1)]
    found = []
    for low, high in pairwise(edges):
        if present is None:
            found.append(Part(high - low, faiss_module().IDSelectorRange(low, high)))
        elif len(places := low + np.flatnonzero(present[low:high])):
            found.append(Part(len(places), _bitmap(places)))
    return found


def _allowed(index: Any, allowed: Ids) -> list[Part]:
    ids = _bitmap(allowed)
    places = faiss_module().IDSelectorTranslated(index.id_map, ids)
    return [Part(min(int(index.ntotal), len(allowed)), places, ids)]


def _bitmap(allowed: Ids) -> Any:
    """A selector that makes faiss skip every other number: one bit a number."""
    mask = np.zeros(int(allowed.max()) + 1, np.bool_)
    mask[allowed] = True
    return faiss_module().IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def nearest(
    index: Any, codes: Stored, query: Floats, k: int, parts: list[Part]
) -> tuple[list[int], list[float]]:
    """Ids and scores of the best k of the parts of a faiss.IndexIDMap2: best first, then lowest id
    first; query [D], finite. `codes` are those of the index.

    Takes all candidates whose score by faiss is so near to that of the last place that faiss's
    rounding may have decided.
    """
    if not parts:
        return [], []
    count = k + k // 8 + _SPARE
    while True:
        near, places, missed = _scan(index.index, query[None], parts, count)
        if not len(near):
            return [], []
        scores, longest = codes.scores(query, places)
        if np.isneginf(missed) or missed < near[:k][-1] - codes.doubt(query, longest):
            break
        count *= 4
    ids = faiss_module().rev_swig_ptr(index.id_map.data(), index.ntotal)[places]
    best = np.lexsort((ids, -scores))[:k]
    return ids[best].tolist(), scores[best].tolist()


def _scan(index: Any, query: Floats, parts: list[Part], count: int) -> tuple[Floats, Places, float]:
    """The best `count` of all parts, best first: float32 [n] and int64 [n]; and how good by faiss
    the best of the others may be, -inf if there are none."""

    def scan(part: Part) -> tuple[Floats, Places]:
        return part.scan(index, query, count)

    found = [scan(parts[0])] if len(parts) == 1 else list(_threads().map(scan, parts))
    near, places = (np.concatenate(each) for each in zip(*found, strict=True))
    best = np.argsort(-near, kind="stable")
    best = best[places[best] >= 0]  # where an id is allowed that is not in the index
    cut = [
        float(scores[-1])
        for part, (scores, _) in zip(parts, found, strict=True)
        if part.total > count
    ]
    cut += near[best[count : count + 1]].tolist()
    best = best[:count]
    return near[best], places[best], max(cut, default=-np.inf)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_CORES, "photosearch-scan")
