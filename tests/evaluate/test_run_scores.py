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


def test_grades_far_below_zero_are_not_relevant_and_end_nothing() -> None:
    """trec_eval's library ends the process for some sets with grades of -2."""
    for seed in range(200):
        draw = random.Random(seed)
        run = {"q": {f"d{at}": draw.random() for at in range(draw.randint(1, 40))}}
        qrels = {"q": {name: draw.choice([-2, 0, 1]) for name in run["q"]}}
        clipped = {"q": {name: max(grade, 0) for name, grade in qrels["q"].items()}}
        one, other = score_run(run, qrels), score_run(run, clipped)
        assert {name: each.tolist() for name, each in one.values.items()} == {
            name: each.tolist() for name, each in other.values.items()
        }


def test_scores_are_tied_where_trec_eval_cannot_tell_them_apart() -> None:
    found = score_run({"q": {"a": 12345678.2, "b": 12345678.1}}, {"q": {"a": 1}})
    assert (found.values["R@1"][0], found.values["MRR"][0]) == (0.5, 0.5)


def test_queries_with_nothing_relevant_are_told() -> None:
    found = score_run({"a": {"d": 1.0}}, {"a": {"d": 0}, "b": {"d": 1}})
    assert "1 judged queries have no relevant document and count as 0." in found.notes
