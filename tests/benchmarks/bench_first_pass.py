"""A first pass by short codes over a large index, in Swift: what it saves and what it loses.

    photosearch index ~/Pictures, then its embeddings: float [M, D], unit norm, saved by numpy
    python tests/benchmarks/bench_first_pass.py EMBEDDINGS.npy [--photos 1000000] [--tool PATH]

The embeddings of real photos are repeated, perturbed and normalised until there are enough. Each
line is a width of the first pass and how many it keeps: `ratio` is its time over the plain
scan's (at most 1/3), `recall` the share of the plain scan's 20 best that it finds (at least
0.99). The queries are embeddings perturbed more.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# untyped: its stubs leave out what its Python layer adds
faiss: Any = importlib.import_module("faiss")
ROOT = Path(__file__).resolve().parents[2]
WIDTHS, KEEPS = (64, 96, 128, 256), (500, 2000, 5000)
_CHUNK = 20_000
_PHOTO_NOISE, _QUERY_NOISE = 0.5, 0.8  # length of what is added to a vector of length 1
_K = 20

Floats = NDArray[np.float32]


def perturbed(
    embeddings: Floats, count: int, *, noise: float, rng: np.random.Generator
) -> Iterator[Floats]:
    """`count` vectors [n, D] in all, a chunk at a time."""
    dim = embeddings.shape[1]
    for start in range(0, count, _CHUNK):
        n = min(_CHUNK, count - start)
        drawn = embeddings[rng.integers(0, len(embeddings), n)]
        drawn = drawn + rng.standard_normal((n, dim), np.float32) * np.float32(noise / dim**0.5)
        yield np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def write(embeddings: Floats, count: int, path: Path) -> None:
    index = faiss.index_factory(embeddings.shape[1], "SQ8", faiss.METRIC_INNER_PRODUCT)
    for chunk in perturbed(embeddings, count, noise=_PHOTO_NOISE, rng=np.random.default_rng(0)):
        if not index.is_trained:
            index.train(chunk)
        index.add(chunk)
    faiss.write_index(index, str(path))


def answer(tool: Path, folder: Path, *more: str) -> Any:
    command = [str(tool), "query", str(folder / "i.faiss"), str(folder / "q.npy"), "--json"]
    command += ["-k", str(_K), "--repeat", "5", *more]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("embeddings", type=Path)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/photosearch-swift")
    given = parser.parse_args()
    embeddings = np.load(given.embeddings).astype(np.float32)
    rng = np.random.default_rng(1)
    queries = next(perturbed(embeddings, given.queries, noise=_QUERY_NOISE, rng=rng))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(embeddings, given.photos, folder / "i.faiss")
        np.save(folder / "q.npy", queries)
        plain = answer(given.tool.resolve(), folder)
        print(f"plain scan {plain['min_ms']:.2f} ms")
        for width in (each for each in WIDTHS if each <= embeddings.shape[1]):
            for keep in KEEPS:
                short = answer(given.tool.resolve(), folder, "--first", f"{width},{keep}")
                pairs = zip(short["ids"], plain["ids"], strict=True)
                recall = np.mean([np.isin(exact, found).mean() for found, exact in pairs])
                ratio = short["min_ms"] / plain["min_ms"]
                print(f"width {width:3}  keep {keep:4}  ratio {ratio:.3f}  recall {recall:.4f}")


if __name__ == "__main__":
    main()
