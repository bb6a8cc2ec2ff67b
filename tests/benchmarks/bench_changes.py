"""Searching while another process indexes: the first search after a change, and those that follow.

    python -m tests.benchmarks.bench_changes [--photos 100000] [--dim 512]

A writer commits a batch and has not yet renewed vectors.faiss. `ratio` is the median of the warm
searches that follow over that of the warm searches before any change.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

import faiss

from photosearch.index import Catalog, PhotoIndex
from photosearch.index.migrations import GENERATION
from photosearch.index.rows import encode_vector
from photosearch.testing import FakeEncoder
from tests.benchmarks.bench_search import fill, timed, unit_vectors
from tests.benchmarks.figures import benchmark, keep, record

CHANGES = ((1, 0), (0, 1), (1000, 0), (0, 1000))  # photos that come and go, one after the other
_K = 20


def change(directory: Path, *, come: int, go: int, dim: int) -> None:
    """What a writer commits, on a connection of its own."""
    catalog = Catalog(directory / "catalog.sqlite")
    (last,) = catalog.db.execute("SELECT max(id) FROM photos").fetchone()
    vectors = unit_vectors(come, dim, seed=last)
    with catalog.writing() as db:
        catalog.next_generation()
        for number, vector in enumerate(vectors, last + 1):
            name = f"new {number}"
            db.execute("INSERT INTO embeddings VALUES (?, 1, ?)", (name, encode_vector(vector)))
            db.execute(
                "INSERT INTO photos(source, size, mtime_ns, status, content_hash, since)"
                f" VALUES (?1, 1, 1, 'indexed', ?1, {GENERATION})",
                (name,),
            )
        db.execute("DELETE FROM photos WHERE id IN (SELECT id FROM photos LIMIT ?)", (go,))
    catalog.close()


def warm(index: PhotoIndex, *, dim: int, rounds: int) -> float:
    """Median seconds of a search whose photos have all been found before."""
    queries = unit_vectors(rounds, dim, seed=1)
    for query in queries:
        index.search_vector(query, _K)
    return median(timed(lambda q=query: index.search_vector(q, _K)) for query in queries)  # type: ignore[misc]


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "bench.photoindex"
        fill(directory, photos=options.photos, encoder=FakeEncoder(dim=options.dim))
        with PhotoIndex.open(directory, create=False) as index:
            before = warm(index, dim=options.dim, rounds=options.rounds)
            print(f"{options.photos:,} photos x {options.dim}: warm search {1e3 * before:.2f} ms")
            vector = unit_vectors(1, options.dim, seed=2)[0]
            for come, go in CHANGES:
                change(directory, come=come, go=go, dim=options.dim)
                first = timed(lambda: index.search_vector(vector, _K))
                after = warm(index, dim=options.dim, rounds=options.rounds)
                keep(f"first search after {come:,} came and {go:,} went", 1e3 * first, "ms")
                keep(f"search then, against before ({come:,}, {go:,})", after / before, "times")
                print(
                    f"{come:,} come, {go:,} go: next search {1e3 * first:.2f} ms, "
                    f"then {1e3 * after:.2f} ms, ratio {after / before:.3f}"
                )
    if options.record:
        record()


if __name__ == "__main__":
    main()
