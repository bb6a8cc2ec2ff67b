"""Evaluating a million photos: our blocks, and a plain loop in numpy; runs: ours, and ranx.

    python -m tests.benchmarks.bench_evaluate [--photos 1000000] [--queries 5000]

Each query has one right photo among random unit vectors of 512 numbers. The loop sorts all
scores of one query after the other; of it, 50 queries are timed and the rest reckoned. Runs list
1,000 documents for each query. ranx (pip install ranx) compiles when it is first called: once
before the clock starts. To be reached: 1,000,000 photos and 5,000 queries within 3 GB and 120 s.
"""

from __future__ import annotations

import resource
import sys
from importlib.util import find_spec
from time import perf_counter

import numpy as np

from photosearch.encoder import Floats
from photosearch.evaluate import find_places, score_run
from photosearch.evaluate.expected import recall, reciprocal_rank
from tests.benchmarks.figures import benchmark, keep, record

WIDTH, TIMED, LISTED = 512, 50, 1000
_ROWS = 50_000


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=5000)
    options = parser.parse_args()
    random = np.random.default_rng(0)
    photos, own = (
        units(random, options.photos),
        random.integers(options.photos, size=options.queries),
    )
    queries = photos[own] + 0.15 * units(random, options.queries)
    _dense(queries.astype(np.float32), photos, own)
    _runs(random, options.queries)
    if options.record:
        record()


def units(random: np.random.Generator, count: int) -> Floats:
    """Random unit vectors: [count, WIDTH]."""
    made = np.empty((count, WIDTH), np.float32)
    for start in range(0, count, _ROWS):
        part = random.standard_normal((min(_ROWS, count - start), WIDTH), dtype=np.float32)
        made[start : start + _ROWS] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def _dense(queries: Floats, photos: Floats, own: np.ndarray) -> None:
    began = perf_counter()
    places = find_places(queries, photos, (np.arange(len(own)), own))
    found = recall(places, 10).mean(), reciprocal_rank(places).mean()
    ours = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    began = perf_counter()
    for query, right in zip(queries[:TIMED], own, strict=False):
        order = np.argsort(-(photos @ query))
        int(np.flatnonzero(order == right)[0])
    loop = (perf_counter() - began) * len(queries) / min(TIMED, len(queries))
    _tell("in blocks", ours, "s")
    _tell("memory at most, embeddings among it", peak / 1e9, "GB")
    _tell("a loop over queries", loop, "s")
    _tell("loop / blocks", loop / ours, "times")
    print(f"R@10 {found[0]:.3f}, MRR {found[1]:.3f}")


def _runs(random: np.random.Generator, count: int) -> None:
    names = [f"d{number}" for number in range(10 * LISTED)]
    run, qrels = {}, {}
    for number in range(count):
        listed = random.choice(len(names), LISTED, replace=False)
        scores = random.random(LISTED).tolist()
        run[f"q{number}"] = dict(zip([names[at] for at in listed], scores, strict=True))
        judged = random.choice(listed, 10, replace=False)
        qrels[f"q{number}"] = {
            names[at]: int(grade)
            for at, grade in zip(judged, random.integers(1, 4, 10), strict=True)
        }
    began = perf_counter()
    ours = score_run(run, qrels)
    took = perf_counter() - began
    _tell("scoring a run", took, "s")
    if find_spec("ranx") is None:
        print("ranx: not installed, not compared")
        return
    from ranx import Qrels, Run, evaluate

    measures = ["ndcg@10", "map", "mrr", "recall@1", "recall@5", "recall@10"]
    few = list(qrels)[:10]
    evaluate(Qrels({q: qrels[q] for q in few}), Run({q: run[q] for q in few}), measures)
    began = perf_counter()
    theirs = evaluate(Qrels(qrels), Run(run), measures)
    ranx = perf_counter() - began
    _tell("scoring it by ranx", ranx, "s")
    print(f"MAP {ours.values['MAP'].mean():.6f}, by ranx {theirs['map']:.6f}")


def _tell(name: str, value: float, unit: str) -> None:
    keep(name, value, unit)
    print(f"{name:36} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
