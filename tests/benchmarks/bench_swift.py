"""Exact search in Swift against faiss's, one thread, in the same run.

    swift build -c release --product photosearch-swift
    python -m tests.benchmarks.bench_swift [--tool PATH] [--photos 100000] [--dim 512]

Both search the same file for the same queries, taking turns; `ms` is the least time of the
processor that one query took, and `ratio` the median over all turns of Swift's over faiss's: at
most 0.4 for SQ8 and 1.0 for Flat and SQfp16. What other processors would take:

    PHOTOSEARCH_KERNEL=avx512 python -m tests.benchmarks.bench_swift                     no VNNI
    PHOTOSEARCH_KERNEL=avx2 FAISS_SIMD_LEVEL=AVX2 python -m tests.benchmarks.bench_swift no AVX-512

There, at most 0.5 for SQ8 and 0.95 for Flat.
`recall` is the share of the k best by the exact vectors that is found. `stream` is the least time
to read the vectors' bytes; SQ8 should take at most 1.25 times that. `filtered` is Swift's search
among one photo in a hundred, over its search among all: at most 0.1. `open_ms` is the time of a
whole process with one query, under 50, and `memory` the most that it held, over the vectors'
bytes: under 1.3, of which Swift's libraries are 0.26 for SQ8 (built with --static-swift-stdlib,
0.2).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.figures import benchmark, keep, record

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("SQ8", "Flat", "SQfp16")

# A child's memory counts from its parent's on, so the parent is a small one.
PROCESS = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""

_KEPT = {  # a figure's name -> what docs/benchmarks.md calls it, and its unit
    "ratio": ("scan against faiss's, one thread", "times its time"),
    "filtered": ("scan of one photo in a hundred against that of all", "times its time"),
    "recall": ("of the exact best found", ""),
    "faiss_recall": ("of the exact best found by faiss", ""),
    "open_ms": ("a process with one query", "ms"),
    "memory": ("memory of that process", "times the vectors"),
}


def unit_vectors(count: int, dim: int, *, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, dim), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def least_faiss_ms(index: Any, queries: NDArray[np.float32], k: int) -> float:
    least = float("inf")
    for query in queries:
        started = time.thread_time()
        index.search(query[None], k)
        least = min(least, time.thread_time() - started)
    return 1e3 * least


def least_stream_ms(size_bytes: int) -> float:
    """Sums up as many bytes, eight at a time."""
    numbers = np.ones(size_bytes // 8, np.int64)
    least = float("inf")
    for _ in range(10):
        started = time.thread_time()
        numbers.sum()
        least = min(least, time.thread_time() - started)
    return 1e3 * least


class Swift:
    """The tool, for one file and its queries."""

    def __init__(self, tool: Path, file: Path, queries: Path, k: int) -> None:
        self._command = [str(tool), "query", str(file), str(queries), "-k", str(k), "--json"]

    def query(self, *more: str | Path) -> Any:
        command = [*self._command, *map(str, more)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    def process(self) -> tuple[float, float]:
        """Seconds of the processor, and bytes at most, of a process that answers once."""
        command = [sys.executable, "-S", "-c", PROCESS, *self._command]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        seconds, kilobytes = done.stdout.split()
        return float(seconds), 1024.0 * int(kilobytes)


def compare(
    kind: str, folder: Path, tool: Path, *, photos: int, dim: int, k: int, rounds: int
) -> dict[str, float]:
    vectors, queries = unit_vectors(photos, dim, seed=0), unit_vectors(10, dim, seed=1)
    index = faiss.index_factory(dim, f"IDMap2,{kind}", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add_with_ids(vectors, np.arange(photos))
    faiss.write_index(index, str(folder / "i.faiss"))
    np.save(folder / "q.npy", queries)
    np.save(folder / "one.npy", queries[:1])
    np.save(folder / "only.npy", np.arange(0, photos, 100))
    swift = Swift(tool, folder / "i.faiss", folder / "q.npy", k)
    ours, theirs, filtered = [], [], []
    for _ in range(rounds):
        answer = swift.query("--repeat", "2")
        ours.append(answer["cpu_ms"])
        theirs.append(least_faiss_ms(index, np.tile(queries, (2, 1)), k))
        few = swift.query("--repeat", "2", "--only", folder / "only.npy")
        filtered.append(few["cpu_ms"])
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :k]
    opened, held = Swift(tool, folder / "i.faiss", folder / "one.npy", k).process()
    size = photos * dim * {"SQ8": 1, "SQfp16": 2, "Flat": 4}[kind]
    found = index.search(queries, k)[1]
    return {
        "faiss_ms": min(theirs),
        "swift_ms": min(ours),
        "ratio": median(a / b for a, b in zip(ours, theirs, strict=True)),
        "stream_ms": least_stream_ms(size),
        "filtered": median(a / b for a, b in zip(filtered, ours, strict=True)),
        "recall": recall(np.array(answer["ids"]), exact),
        "faiss_recall": recall(found, exact),
        "open_ms": 1e3 * opened,
        "memory": held / size,
    }


def recall(found: NDArray[Any], exact: NDArray[Any]) -> float:
    return float(
        np.mean([np.isin(row, best).mean() for row, best in zip(found, exact, strict=True)])
    )


def main() -> None:
    parser = benchmark(__doc__)
    tool = os.environ.get("PHOTOSEARCH_SWIFT", ROOT / ".build/release/photosearch-swift")
    parser.add_argument("--tool", type=Path, default=tool)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("-k", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    sizes = {"photos": given.photos, "dim": given.dim, "k": given.k, "rounds": given.rounds}
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            figures = compare(kind, Path(folder), given.tool.resolve(), **sizes)
        for name, (told, unit) in _KEPT.items():
            keep(f"{kind}, {told}", figures[name], unit)
        text = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(f"{kind:7} {text}")
        sys.stdout.flush()
    if given.record:
        record()


if __name__ == "__main__":
    main()
