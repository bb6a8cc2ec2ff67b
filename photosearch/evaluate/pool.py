"""Pooling: of each query, the photos that any of several runs has among its first, to be judged.

What no run has there counts as not relevant (Spärck Jones and van Rijsbergen 1975; how far that
can be relied on: Zobel 1998, doi:10.1145/290941.291014). Legend: Q queries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from heapq import nlargest
from pathlib import Path
from typing import TypeAlias

import numpy as np

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError
from photosearch.evaluate.expected import Values
from photosearch.evaluate.trec import Qrels, Run

DEPTH = 10  # documents of each run that are judged: what nDCG@10 looks at

Pool: TypeAlias = Mapping[str, tuple[str, ...]]  # query -> documents, in the order to judge them


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the documents that a measure looks at are judged."""

    judged: int
    listed: int  # among the first of the judged queries

    @property
    def share(self) -> float:
        """0..1; 1 where nothing is listed."""
        return self.judged / self.listed if self.listed else 1.0


def pool_runs(runs: Iterable[Run], depth: int = DEPTH) -> Pool:
    """The first `depth` of each run, all runs together, in an order that tells nothing of ranks.

    It is the order of a hash of query and document: another run adds documents to it and exchanges
    none. Raises UsageError for a depth below 1 and for a score that is not finite.
    """
    found: dict[str, set[str]] = {}
    for run in runs:
        for query, scores in run.items():
            found.setdefault(query, set()).update(_first(scores, depth))
    return {query: _shuffled(query, documents) for query, documents in found.items()}


def unjudged(pool: Pool, qrels: Qrels) -> Pool:
    """What of the pool has no grade yet; queries that are judged whole are left out."""
    left = {
        query: tuple(each for each in documents if each not in qrels.get(query, {}))
        for query, documents in pool.items()
    }
    return {query: documents for query, documents in left.items() if documents}


def coverage(run: Run, qrels: Qrels, depth: int = DEPTH) -> Coverage:
    """Of the first `depth` of each query that has a judgement. Raises UsageError as a pool does."""
    first = {query: _first(run.get(query, {}), depth) for query in qrels}
    judged = sum(each in qrels[query] for query, listed in first.items() for each in listed)
    return Coverage(judged, listed=sum(map(len, first.values())))


def precision(run: Run, qrels: Qrels, depth: int = DEPTH) -> Values:
    """The share of the first `depth` that are relevant, of each query in the order of names: [Q].

    Where all of these are judged, other judgements do not change it. Raises as a pool does.
    """
    right = [
        sum(qrels[query].get(each, 0) >= 1 for each in _first(run.get(query, {}), depth))
        for query in sorted(qrels)
    ]
    return np.array(right, np.float64) / depth


def write_pool(
    path: Path, pool: Pool, *, words: Mapping[str, str], files: Mapping[str, str]
) -> int:
    """JSON Lines for annotation, {"query", "words", "photo", "path"}, one a pair; returns how many.

    `words` is by queries. `files` is by documents: where it has no path, there is no "path".
    Raises StorageError, and UsageError for a query without words.
    """
    missing = next((query for query in pool if query not in words), None)
    if missing is not None:
        raise UsageError(f"query {missing!r}: got no words, expected some of each pooled query")
    rows = [
        {"query": query, "words": words[query], "photo": document}
        | ({"path": files[document]} if document in files else {})
        for query, documents in pool.items()
        for document in documents
    ]
    with storage_errors(path), replacing(path) as file:
        file.writelines(f"{json.dumps(row)}\n".encode() for row in rows)
    return len(rows)


def _first(scores: Mapping[str, float], depth: int) -> list[str]:
    """As trec_eval orders them: scores in float32, of equal ones the greater name first."""
    if depth < 1:
        raise UsageError(f"depth: got {depth}, expected at least 1")
    exact = np.array(list(scores.values()), np.float64)
    if not np.isfinite(exact).all():
        raise UsageError("got a score that is not finite, expected finite numbers only")
    with np.errstate(over="ignore"):
        single = exact.astype(np.float32)
    ranked = zip(single.tolist(), scores, strict=True)
    return [document for _, document in nlargest(depth, ranked)]


def _shuffled(query: str, documents: Iterable[str]) -> tuple[str, ...]:
    def place(document: str) -> bytes:
        return sha256(f"{query}\n{document}".encode(errors="surrogatepass")).digest()

    return tuple(sorted(documents, key=place))
