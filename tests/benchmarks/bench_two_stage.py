"""The two-stage scan of a large index, in Swift: what it saves and what it loses.

    swift build -c release --product photosearch-swift
    python -m tests.benchmarks.bench_two_stage PHOTOS --captions CAPTIONS.txt [--plot FILE.svg]

PHOTOS is a folder, or its embeddings [M, D] of unit norm, saved by numpy. The built-in model's
embeddings of them are the first M rows of the index; the others, up to --photos, are the same
ones again, each with Gaussian noise of its own: of length 0.5 in all (--noise), with which the
nearest neighbours of a photo are about as near as among the photos alone (`neighbours`: the mean
of the first and of the 20th inner product, of photos and of the index). The queries are 50 photos
that were kept out, and 50 captions, one a line in the file.

Each line after that is a width of the short code (bytes a photo) and how many rows are kept:
`ratio` is the time of a query over the plain int8 scan's, at most 1/3; `recall` the share of the
20 best of the plain scan that is found, at least 0.99; `exact` that of the 20 best by the
vectors as they were before they became bytes, which for the plain scan is in the first line.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch import load_encoder
from photosearch.images import find_photos
from tests.benchmarks.figures import benchmark, keep, record
from tests.benchmarks.plot import Axis, Line, Plot

# untyped: its stubs leave out what its Python layer adds
faiss: Any = importlib.import_module("faiss")
ROOT = Path(__file__).resolve().parents[2]
WIDTHS, KEEPS = (32, 48, 64, 96, 128), (250, 500, 1000, 2000, 4000, 8000)
_CHUNK, _K, _QUERIES = 20_000, 20, 50

Floats = NDArray[np.float32]


def embedded(photos: Path) -> Floats:
    """[M, D] float32, unit norm."""
    if photos.suffix == ".npy":
        return np.asarray(np.load(photos), np.float32)
    paths = [Path(found.path) for found in find_photos([photos])]
    encoder = load_encoder()
    parts = [encoder.encode_images(paths[i : i + 64]) for i in range(0, len(paths), 64)]
    return np.concatenate(parts)


def library(embeddings: Floats, count: int, noise: float) -> Iterator[Floats]:
    """`count` vectors [n, D] in all, a chunk at a time: first the embeddings as they are."""
    rng = np.random.default_rng(0)
    known, dim = embeddings.shape
    for start in range(0, count, _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, count))
        added = rng.standard_normal((len(rows), dim), np.float32) * np.float32(noise / dim**0.5)
        added[rows < known] = 0
        vectors = embeddings[rows % known] + added
        yield np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Best:
    """The exact best of what was seen: ids and scores [Q, K], best first."""

    ids: NDArray[np.int64]
    scores: Floats

    def with_more(self, queries: Floats, vectors: Floats, first: int) -> Best:
        scores = np.concatenate([self.scores, queries @ vectors.T], axis=1)
        more = np.broadcast_to(np.arange(first, first + len(vectors)), (len(queries), len(vectors)))
        ids = np.concatenate([self.ids, more], axis=1)
        order = np.argsort(-scores, axis=1)[:, :_K]
        return Best(np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1))


def best_of(queries: Floats, chunks: Iterator[Floats], index: Any = None) -> Best:
    """The nearest to each query; the vectors are added to the index on the way."""
    none = np.zeros((len(queries), 0))
    best, first = Best(none.astype(np.int64), none.astype(np.float32)), 0
    for chunk in chunks:
        best, first = best.with_more(queries, chunk, first), first + len(chunk)
        if index is not None:
            if not index.is_trained:
                index.train(chunk)
            index.add(chunk)
    return best


class Swift:
    """The tool, for one index and its queries."""

    def __init__(self, tool: Path, folder: Path) -> None:
        self._command = [str(tool), "query", str(folder / "i.faiss"), str(folder / "q.npy")]
        self._command += ["--json", "-k", str(_K), "--repeat", "5"]
        self.plain = self._answer()

    def _answer(self, *more: str) -> Any:
        command = [*self._command, *more]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    def two_stage(self, width: int, keep: int) -> Any:
        return self._answer("--two-stage", "--width", str(width), "--keep", str(keep))

    def plain_again(self) -> None:
        self.plain["min_ms"] = min(self.plain["min_ms"], self._answer()["min_ms"])


def recall(found: Any, best: Any) -> float:
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(best, found, strict=True)]))


def measured(swift: Swift, exact: Best) -> Iterator[Line]:
    for width in WIDTHS:
        swift.plain_again()
        points = []
        for keep_most in KEEPS:
            found = swift.two_stage(width, keep_most)
            ratio = found["min_ms"] / swift.plain["min_ms"]
            points.append((ratio, recall(found["ids"], swift.plain["ids"])))
            of_photos, of_words = (
                recall(found["ids"][part], swift.plain["ids"][part])
                for part in (slice(_QUERIES), slice(_QUERIES, None))
            )
            print(
                f"width {width:3}  keep {keep_most:4}  {found['min_ms']:6.2f} ms  "
                f"ratio {ratio:.3f}  "
                f"recall {points[-1][1]:.4f} (photos {of_photos:.4f}, words {of_words:.4f})  "
                f"exact {recall(found['ids'], exact.ids):.4f}",
                flush=True,
            )
            name = f"{width} bytes a photo, {keep_most} kept"
            keep(f"{name}: against the plain scan", ratio, "times its time")
            keep(f"{name}: its best 20 found", points[-1][1], "")
        yield Line(f"{width} bytes a photo", points, [f"{keep} kept" for keep in KEEPS])


def plot(lines: list[Line], count: int) -> Plot:
    kept = ", ".join(map(str, KEEPS))
    axis = f"time of a query / time of the plain int8 scan (dots: {kept} kept)"
    return Plot(
        f"Two-stage scan of {count:,} photos: time and recall",
        Axis(axis, 0, 0.4, [0, 0.1, 0.2, 0.3, 0.4]),
        Axis(f"recall@{_K} of the plain scan", 0.82, 1, [0.85, 0.9, 0.95, 0.99, 1]),
        (1 / 3, 0.99),
        lines,
    )


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("pictures", type=Path, metavar="PHOTOS")
    parser.add_argument("--captions", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--noise", type=float, default=0.5)
    tool = os.environ.get("PHOTOSEARCH_SWIFT", ROOT / ".build/release/photosearch-swift")
    parser.add_argument("--tool", type=Path, default=tool)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    photos = np.random.default_rng(1).permutation(embedded(given.pictures))
    words = given.captions.read_text(encoding="utf-8").splitlines()[:_QUERIES]
    queries = np.concatenate([photos[:_QUERIES], load_encoder().encode_texts(words)])
    index = faiss.index_factory(photos.shape[1], "SQ8", faiss.METRIC_INNER_PRODUCT)
    alone = best_of(photos[:_QUERIES], iter([photos[_QUERIES:]]))
    exact = best_of(queries, library(photos[_QUERIES:], given.photos, given.noise), index)
    for name, best in (("photos", alone.scores), ("index", exact.scores[:_QUERIES])):
        print(f"{name:6}  neighbours {best[:, 0].mean():.3f} {best[:, -1].mean():.3f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faiss.write_index(index, str(folder / "i.faiss"))
        del index
        np.save(folder / "q.npy", queries)
        swift = Swift(given.tool.resolve(), folder)
        share = recall(swift.plain["ids"], exact.ids)
        print(f"plain scan  {swift.plain['min_ms']:.2f} ms  exact {share:.4f}", flush=True)
        lines = list(measured(swift, exact))
    if given.plot:
        given.plot.write_text(plot(lines, given.photos).svg(), encoding="utf-8")
    if given.record:
        record()


if __name__ == "__main__":
    main()
