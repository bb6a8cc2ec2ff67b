"""Scores of runs, beside trec_eval itself and beside a brute-force mean over orders."""

from __future__ import annotations

import random
from itertools import pairwise, permutations

import numpy as np
import pytest
import pytrec_eval

from photosearch.errors import UsageError
from photosearch.evaluate import as_json, as_text, score_run

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]
THEIRS = {"MAP": "map", "MRR": "recip_rank", "nDCG@10": "ndcg_cut_10"}


def drawn(seed: int, *, documents: int = 60) -> tuple[Run, Qrels]:
    """With ties, queries that the run lacks, and grades from -1 to 3."""
    draw = random.Random(seed)
    queries = [f"q{number}" for number in range(draw.randint(1, 8))]
    names = [f"d{number}" for number in range(draw.randint(2, documents))]

    def some() -> list[str]:
        return draw.sample(names, draw.randint(1, len(names)))

    qrels = {
        query: {name: draw.choice([-1, 0, 0, 1, 2, 3]) for name in some()} for query in queries
    }
    asked = [query for query in queries if draw.random() < 0.8 or query == "q0"]
    run = {query: {name: float(draw.randint(0, 5)) for name in some()} for query in asked}
    return run | {"unjudged": {"d0": 1.0}}, qrels


@pytest.mark.parametrize("seed", range(200))
def test_scores_are_those_of_trec_eval(seed: int) -> None:
    run, qrels = drawn(seed)
    found = score_run(run, qrels)
    wanted = pytrec_eval.RelevanceEvaluator(qrels, {"map", "recip_rank", "ndcg_cut.10"})
    theirs = wanted.evaluate(run)
    for place, query in enumerate(found.queries):
        for ours, name in THEIRS.items():
            expected = theirs.get(query, {}).get(name, 0.0)
            assert found.values[ours][place] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("k", [1, 5])
def test_recall_is_the_mean_over_all_orders(seed: int, k: int) -> None:
    run, qrels = drawn(seed, documents=6)
    found = score_run(run, qrels)
    for place, query in enumerate(found.queries):
        relevant = {name for name, grade in qrels[query].items() if grade >= 1}
        listed = run.get(query, {})
        allowed = [
            order[:k]
            for order in permutations(listed)
            if all(listed[a] >= listed[b] for a, b in pairwise(order))
        ]
        shares = [len(relevant & set(first)) / max(len(relevant), 1) for first in allowed]
        assert found.values[f"R@{k}"][place] == pytest.approx(float(np.mean(shares or [0])))


def test_a_judged_query_without_results_counts_as_nothing() -> None:
    found = score_run({"a": {"d": 1.0}}, {"a": {"d": 1}, "b": {"d": 1}})
    assert {name: float(values.mean()) for name, values in found.values.items()} == dict.fromkeys(
        found.values, 0.5
    )
    assert "1 judged queries have no results." in found.notes


def test_one_query_has_no_interval() -> None:
    found = score_run({"a": {"d": 1.0}}, {"a": {"d": 1}})
    assert '"low": null' in as_json([found])
    assert "[" not in as_text([found])


def test_a_run_over_other_queries_is_an_error_that_names_both() -> None:
    with pytest.raises(UsageError, match=r"got 'a', expected 'b'"):
        score_run({"a": {"d": 1.0}}, {"b": {"d": 1}})
