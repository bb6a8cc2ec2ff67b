"""Kinds of vector indexes as faiss names them: builds, searches, times and weighs one.

https://github.com/facebookresearch/faiss/wiki/The-index-factory. Legend: N photos, Q queries,
K hits of each, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import UsageError
from photosearch.evaluate.places import Ints

WRITTEN = ("SQ8", "SQfp16", "Flat")  # what an index of photosearch may be
TIMED, WARM = 200, 20  # queries of which the median is taken, and those asked before
_CHUNK_BYTES = 1 << 20
_FEWEST = 39  # photos to a list of IVF: below, faiss warns of poor centroids
_LEAST_LISTS = 16


@dataclass(frozen=True, slots=True)
class IndexKind:
    """A string of faiss's index factory, and settings of a search, each measured."""

    factory: str  # "SQ8", "IVF256,SQ8", "HNSW32_SQ8"
    settings: tuple[str, ...] = ("",)  # "nprobe=16", "efSearch=64"; "" is as it is built


def usual_kinds(photos: int) -> tuple[IndexKind, ...]:
    """Those that photosearch writes, an inverted file where there are enough photos, a graph.

    Lists of the inverted file: the power of two up to 4 √N, as faiss's guidelines have it.
    """
    most = min(4 * photos**0.5, photos / _FEWEST)
    lists = 2 ** int(np.log2(max(most, 1)))
    probed = tuple(f"nprobe={lists // part}" for part in (16, 8, 4))
    inverted = IndexKind(f"IVF{lists},SQ8", probed)
    graph = IndexKind("HNSW32_SQ8", ("efSearch=16", "efSearch=64", "efSearch=256"))
    written = tuple(IndexKind(kind) for kind in WRITTEN)
    return (*written, inverted, graph) if lists >= _LEAST_LISTS else (*written, graph)


@contextmanager
def one_thread() -> Iterator[None]:
    """faiss on one thread: comparable times, and graphs that are the same each time."""
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def build_index(factory: str, photos: Floats) -> Any:
    """A faiss.Index of [N, D] by inner product, with 8 bytes of id a photo, as photosearch has it.

    Raises UsageError, with faiss's reason, for what it cannot build.
    """
    faiss = _faiss()
    named = factory if "IVF" in factory else f"IDMap2,{factory}"  # IVF keeps ids itself
    with _faiss_errors(f"{factory} of {len(photos)} photos"):
        index: Any = faiss.index_factory(photos.shape[1], named, faiss.METRIC_INNER_PRODUCT)
        index.train(photos)
        index.add_with_ids(photos, np.arange(len(photos)))
    return index


def set_search(index: Any, settings: str) -> None:
    """Raises UsageError, with faiss's reason, for settings that the index does not have."""
    faiss = _faiss()
    if settings:
        with _faiss_errors(settings):
            faiss.ParameterSpace().set_index_parameters(index, settings)


def search_index(index: Any, queries: Floats, k: int) -> Ints:
    """Places of the k best photos of [Q, D], -1 where fewer were found: [Q, K]."""
    found: Ints = index.search(queries, k)[1]
    return found


def latency_ms(index: Any, queries: Floats, k: int) -> float:
    """The median over single queries of [Q, D], in milliseconds, the first ones unmeasured."""
    taken = []
    for at in range(WARM + TIMED):
        query = queries[at % len(queries)][None]
        began = perf_counter()
        index.search(query, k)
        taken.append(perf_counter() - began)
    return float(1000 * np.median(taken[WARM:]))


def size_bytes(index: Any) -> int:
    """Of the file that faiss writes."""
    faiss = _faiss()
    size = 0

    def add(data: bytes) -> None:
        nonlocal size
        size += len(data)

    faiss.write_index(index, faiss.PyCallbackIOWriter(add, _CHUNK_BYTES))
    return size


def _faiss() -> Any:
    """Imported when first needed; untyped, because its stubs lack its Python layer."""
    import faiss

    return faiss


@contextmanager
def _faiss_errors(what: str) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise UsageError(f"{what}: {str(error).rsplit(': ', 1)[-1]}") from None
