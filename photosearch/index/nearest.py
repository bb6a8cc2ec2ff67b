"""Nearest-neighbour search: faiss finds the candidates, exact scores decide their order.

faiss adds up as the processor does it best, so its scores differ in the last bits, and with them
the order of photos that are about equally near. So of all photos that can be among the best by
faiss, a score is computed here that is the same to the bit on every processor, in Python and in
Swift: the inner product of the query (float32) and the vector as it is stored, decoded to float32.
Products are taken in float64, and added up by halves: the second half of them to the first, number
by number (the first half is the longer one of an odd count), until one is left, which is rounded to
float32. Hits come by this score, then by the lowest id. Swift does the same, see ExactScores.swift
and exact.c.

Shape legend: N photos, n candidates, D embedding width.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats

Ids: TypeAlias = NDArray[np.int64]

LEAST_SHARE = 20_000  # vectors: waking a thread costs as much as scanning a few thousand
_CORES = os.cpu_count() or 1
_SPARE = 8  # candidates more than asked for, and an eighth as many again
Positions = NDArray[np.int64]

_CHUNK = 1024  # vectors: 4 MB in float64 at 512 numbers
_ROUNDING: Final = 2.0**-24  # half a unit in the last place of 1, in float32


@dataclass(frozen=True, slots=True)
class ScanPart:
    """A part of the vectors, which one thread scans."""

    total: int  # how many, at most
    chosen: Any = None  # a selector of positions; None for all
    kept: Any = None  # what the selector points to

    def scan(self, index: Any, query: Floats, count: int) -> tuple[Floats, Positions]:
        """faiss's scores and positions, best first; query [1, D]."""
        params = self.chosen and faiss_module().SearchParameters(sel=self.chosen)
        scores, positions = index.search(query, min(count, self.total), params=params)
        return scores[0], positions[0]


def scan_parts(
    index: Any, allowed: Ids | None = None, present: NDArray[np.bool_] | None = None
) -> list[ScanPart]:
    """Divides the vectors of a faiss.IndexIDMap2 among threads: those allowed, present, or all.

    `allowed` are ids, `present` [N] is true at the positions to scan. faiss itself scans for one
    query on one thread; here several share a large collection.
    """
    total = int(index.ntotal)
    if allowed is not None:
        return _allowed(index, allowed) if total and len(allowed) else []
    shares = min(max(total // LEAST_SHARE, 1), _CORES)
    if shares == 1 and present is None:
        return [ScanPart(total)] if total else []
    edges = [total * share // shares for share in range(shares + 1)]
    found = []
    for low, high in pairwise(edges):
        if present is None:
            found.append(ScanPart(high - low, faiss_module().IDSelectorRange(low, high)))
        elif len(positions := low + np.flatnonzero(present[low:high])):
            found.append(ScanPart(len(positions), _bitmap(positions)))
    return found


def _allowed(index: Any, allowed: Ids) -> list[ScanPart]:
    ids = _bitmap(allowed)
    positions = faiss_module().IDSelectorTranslated(index.id_map, ids)
    return [ScanPart(min(int(index.ntotal), len(allowed)), positions, ids)]


def _bitmap(allowed: Ids) -> Any:
    """A selector of ids or positions for faiss: one bit each."""
    mask = np.zeros(int(allowed.max()) + 1, np.bool_)
    mask[allowed] = True
    return faiss_module().IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def find_nearest(
    index: Any, codes: StoredCodes, query: Floats, k: int, parts: list[ScanPart]
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
        near, positions, missed = _scan(index.index, query[None], parts, count)
        if not len(near):
            return [], []
        scores, longest = codes.scores(query, positions)
        if np.isneginf(missed) or missed < near[:k][-1] - codes.doubt(query, longest):
            break
        count *= 4
    ids = faiss_module().rev_swig_ptr(index.id_map.data(), index.ntotal)[positions]
    best = np.lexsort((ids, -scores))[:k]
    return ids[best].tolist(), scores[best].tolist()


def _scan(
    index: Any, query: Floats, parts: list[ScanPart], count: int
) -> tuple[Floats, Positions, float]:
    """The best `count` of all parts, best first: float32 [n] and int64 [n]; and how good by faiss
    the best of the others may be, -inf if there are none."""

    def scan(part: ScanPart) -> tuple[Floats, Positions]:
        return part.scan(index, query, count)

    found = [scan(parts[0])] if len(parts) == 1 else list(_threads().map(scan, parts))
    near, positions = (np.concatenate(each) for each in zip(*found, strict=True))
    best = np.argsort(-near, kind="stable")
    best = best[positions[best] >= 0]  # where an id is allowed that is not in the index
    cut = [
        float(scores[-1])
        for part, (scores, _) in zip(parts, found, strict=True)
        if part.total > count
    ]
    cut += near[best[count : count + 1]].tolist()
    best = best[:count]
    return near[best], positions[best], max(cut, default=-np.inf)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_CORES, "photosearch-scan")


@dataclass(frozen=True, slots=True)
class StoredCodes:
    """The stored vectors of a faiss index, in its own memory."""

    plain: Any  # faiss.IndexFlat or IndexScalarQuantizer
    dtype: type[np.generic]  # uint8, float16 or float32
    ranges: Floats | None = None  # [2, D], of bytes alone: least value and width

    @property
    def codes(self) -> NDArray[Any]:
        """[N, D], not copied: not to be used after the index has changed."""
        size = self.plain.ntotal * self.plain.code_size
        codes = faiss_module().rev_swig_ptr(self.plain.codes.data(), size)
        found: NDArray[Any] = codes.view(self.dtype).reshape(self.plain.ntotal, self.plain.d)
        return found

    def decode(self, positions: Positions) -> Floats:
        """float32 [n, D], step by step as faiss without fused multiply-adds."""
        vectors: Floats = self.codes[positions].astype(np.float32)
        if self.ranges is None:
            return vectors
        low, width = self.ranges
        vectors += np.float32(0.5)
        vectors /= np.float32(255)
        vectors *= width
        vectors += low
        return vectors

    def scores(self, query: Floats, positions: Positions) -> tuple[Floats, float]:
        """Exact scores of a query [D]: float32 [n]; and the length of the longest vector."""
        wide = query.astype(np.float64)[:, None]  # [D, 1]
        sums, longest = [], 0.0
        for start in range(0, len(positions), _CHUNK):
            vectors = self.decode(positions[start : start + _CHUNK])
            longest = max(longest, float(np.einsum("ij,ij->i", vectors, vectors).max()))
            sums.append(_by_halves(wide * vectors.T))
        return np.concatenate(sums).astype(np.float32), math.sqrt(longest)

    def doubt(self, query: Floats, longest: float) -> float:
        """How far apart faiss's scores of two vectors may be where those here are equal, or come
        in the other order, if no vector is over twice as long as the longest seen.

        D numbers are added in D steps, and each errs by half a unit of the sum of magnitudes at
        most (Higham, Accuracy and Stability of Numerical Algorithms, 2002, eq. 4.4).
        """
        reach = 2.0 * (len(query) + 16) * longest
        if self.ranges is not None:
            reach += 4 * float(np.abs(self.ranges).sum())  # no less than their length
        return 2 * _ROUNDING * reach * math.sqrt(query.dot(query))


def unit(vector: Floats) -> Floats:
    """A stored vector [D] divided by its length, the same to the bit in both languages: fp16
    leaves a length of 1 ± 5e-4."""
    wide = vector.astype(np.float64)
    length = math.sqrt(_by_halves((wide * wide)[:, None])[0])
    return np.asarray(wide / max(length, 1e-12), np.float32)


def _by_halves(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums of [D, n], in its memory: [n]."""
    count = len(terms)
    while count > 1:
        half = (count + 1) // 2
        terms[: count - half] += terms[half:count]
        count = half
    return np.asarray(terms[0] + 0.0)  # no zero is negative


def stored_codes(index: Any) -> StoredCodes:
    """The codes of a faiss.IndexFlat or an IndexScalarQuantizer of 8 bits or fp16."""
    faiss = faiss_module()
    plain: Any = faiss.downcast_index(index)
    if isinstance(plain, faiss.IndexFlat):
        return StoredCodes(plain, np.float32)
    if plain.sq.qtype == faiss.ScalarQuantizer.QT_fp16:
        return StoredCodes(plain, np.float16)
    return StoredCodes(plain, np.uint8, faiss.vector_to_array(plain.sq.trained).reshape(2, plain.d))


def faiss_module() -> Any:
    """faiss, imported when first needed; untyped, because its stubs lack its Python layer."""
    import faiss

    return faiss
