"""Pools: what is to be judged and in which order, and what judging a pool can tell."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import StorageError, UsageError
from photosearch.evaluate import score_run
from photosearch.evaluate.pool import (
    Coverage,
    coverage,
    pool_runs,
    precision,
    unjudged,
    write_pool,
)

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]


def drawn(seed: int) -> tuple[Run, Qrels]:
    """Queries of 40 documents, some with one score, and grades of all and five more."""
    draw = random.Random(seed)
    queries = [f"q{at}" for at in range(5)]
    run = {query: {f"d{at}": draw.randint(0, 20) / 7 for at in range(40)} for query in queries}
    qrels = {query: {f"d{at}": draw.choice([0, 0, 1, 2]) for at in range(45)} for query in queries}
    return run, qrels


@pytest.mark.parametrize("seed", range(10))
def test_the_first_documents_are_those_that_trec_eval_looks_at(seed: int) -> None:
    run, _ = drawn(seed)
    (documents,) = pool_runs([{"q": run["q0"]}]).values()
    looked_at = {
        each
        for each in run["q0"]
        if pytrec_eval.RelevanceEvaluator({"q": {each: 1}}, {"P.10"}).evaluate({"q": run["q0"]})[
            "q"
        ]["P_10"]
    }
    assert set(documents) == looked_at
    assert len(documents) == 10


def test_runs_are_pooled_and_a_document_comes_once() -> None:
    pool = pool_runs([{"a": {"x": 1.0, "y": 0.5}}, {"a": {"y": 3.0, "z": 2.0}, "b": {}}], depth=1)
    assert {query: sorted(documents) for query, documents in pool.items()} == {
        "a": ["x", "y"],
        "b": [],
    }


@given(scores=st.dictionaries(st.text(min_size=1), st.floats(-1, 1), min_size=1))
def test_the_order_tells_nothing_of_scores(scores: dict[str, float]) -> None:
    """Names may hold lone surrogates, as those of files that are no UTF-8."""
    other = dict(zip(reversed(scores), scores.values(), strict=True))
    depth = len(scores)
    assert pool_runs([{"q": scores}], depth) == pool_runs([{"q": other}], depth)


def test_the_order_is_another_for_another_query() -> None:
    scores = {f"d{at}": float(at) for at in range(10)}
    pool = pool_runs([{"a": scores, "b": scores}])
    assert sorted(pool["a"]) == sorted(pool["b"])
    assert pool["a"] != pool["b"]


def test_another_run_exchanges_no_documents() -> None:
    run, _ = drawn(1)
    other = {query: {f"{each}x": score for each, score in run[query].items()} for query in run}
    alone, both = pool_runs([run]), pool_runs([run, other])
    for query, documents in alone.items():
        assert tuple(each for each in both[query] if not each.endswith("x")) == documents


@pytest.mark.parametrize("score", [math.nan, math.inf])
def test_a_score_that_is_not_finite_is_refused(score: float) -> None:
    with pytest.raises(UsageError, match="not finite"):
        pool_runs([{"q": {"a": score}}])


def test_a_pool_of_no_depth_is_refused() -> None:
    with pytest.raises(UsageError, match="depth: got 0, expected at least 1"):
        pool_runs([{"q": {"a": 1.0}}], depth=0)


def test_no_runs_make_no_pool() -> None:
    assert pool_runs([]) == {}


def test_a_score_beyond_float32_is_the_greatest() -> None:
    assert pool_runs([{"q": {"a": 1.0, "b": 1e300}}], depth=1) == {"q": ("b",)}


def test_what_is_judged_is_not_asked_for_again() -> None:
    pool = {"a": ("x", "y"), "b": ("z",)}
    assert unjudged(pool, {"a": {"y": 0, "other": 1}, "b": {"z": -1}}) == {"a": ("x",)}
    assert unjudged(pool, {}) == pool


def test_coverage_counts_the_first_of_the_judged_queries() -> None:
    run = {"a": {f"d{at}": float(at) for at in range(30)}, "b": {"x": 1.0}, "c": {"x": 1.0}}
    found = coverage(run, {"a": {"d29": 0, "d0": 2}, "b": {"x": 1}, "without results": {"x": 1}})
    assert (found, found.share) == (Coverage(judged=2, listed=11), 2 / 11)


def test_coverage_of_nothing_is_whole() -> None:
    assert coverage({}, {"a": {"x": 1}}).share == 1


@pytest.mark.parametrize("seed", range(20))
def test_precision_is_that_of_trec_eval(seed: int) -> None:
    run, qrels = drawn(seed)
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"P.10"}).evaluate(run)
    expected = [theirs[query]["P_10"] for query in sorted(qrels)]
    assert precision(run, qrels).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_judging_all_beyond_the_pool_never_raises_ndcg_and_keeps_precision(seed: int) -> None:
    run, qrels = drawn(seed)
    pool = pool_runs([run])
    pooled = {query: {each: qrels[query][each] for each in pool[query]} for query in qrels}
    few, all_of_them = (score_run(run, each).values["nDCG@10"] for each in (pooled, qrels))
    assert (few >= all_of_them - 1e-12).all()
    assert precision(run, pooled).tolist() == precision(run, qrels).tolist()


def test_a_pool_is_written_a_pair_a_line(tmp_path: Path) -> None:
    file = tmp_path / "pool.jsonl"
    pool = {"a": ("x", "%E9"), "b": ("x",)}
    assert write_pool(file, pool, words={"a": "ä dog", "b": "cats"}, files={"x": "/x.jpg"}) == 3
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"query": "a", "words": "ä dog", "photo": "x", "path": "/x.jpg"},
        {"query": "a", "words": "ä dog", "photo": "%E9"},
        {"query": "b", "words": "cats", "photo": "x", "path": "/x.jpg"},
    ]


def test_a_query_without_words_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="query 'b': got no words"):
        write_pool(tmp_path / "p", {"a": ("x",), "b": ("y",)}, words={"a": "dog"}, files={})
    assert not (tmp_path / "p").exists()


def test_a_pool_for_no_folder_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"pool\.jsonl: No such file"):
        write_pool(tmp_path / "no" / "pool.jsonl", {}, words={}, files={})
