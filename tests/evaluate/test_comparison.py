"""Which of several systems is better, and what is said where that cannot be told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from photosearch.errors import UsageError
from photosearch.evaluate import Evaluation, compare, comparison_json, comparison_text
from photosearch.evaluate.comparison import Comparison, verdict

QUERIES = tuple(f"q{number}" for number in range(200))


def made(share: float, seed: int, queries: tuple[str, ...] = QUERIES) -> Evaluation:
    """A system that answers about that share of the queries."""
    hits = np.random.default_rng(seed).random(len(queries)) < share
    values = {"nDCG@10": hits.astype(float), "median rank": 1.0 + hits}
    return Evaluation("run", (), queries, values)


def test_a_great_difference_is_shown_and_a_small_one_is_not() -> None:
    found = compare({"good": made(0.8, 0), "bad": made(0.4, 1), "alike": made(0.4, 2)})
    assert [(each.a, each.b) for each in found] == [
        ("good", "bad"),
        ("good", "alike"),
        ("bad", "alike"),
    ]
    first, _, last = found
    assert first.difference > first.detectable
    assert (first.low > 0, first.p_holm < 0.01) == (True, True)
    assert (last.low < 0 < last.high, last.p_holm > 0.05) == (True, True)
    told = verdict(found)
    assert "good is better than bad by" in told
    assert "Neither bad nor alike was shown to be better" in told
    assert told in comparison_text(found)


def test_exchanging_the_systems_turns_the_difference_around() -> None:
    a, b = made(0.6, 0), made(0.5, 1)
    (one,), (other,) = compare({"a": a, "b": b}), compare({"b": b, "a": a})
    assert (one.difference, one.low, one.p) == pytest.approx(
        (-other.difference, -other.high, other.p)
    )


def test_programs_read_the_fields_that_are_promised() -> None:
    (found,) = json.loads(comparison_json(compare({"a": made(0.6, 0), "b": made(0.5, 1)})))
    assert list(found) == [
        "measure", "a", "b", "difference", "low", "high", "p", "p_holm", "effect", "detectable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("systems", "message"),
    [
        ({"a": made(0.5, 0)}, "got 1 systems"),
        ({"a": made(0.5, 0, QUERIES[:1]), "b": made(0.5, 1, QUERIES[:1])}, "got one query"),
        ({"a": made(0.5, 0), "b": made(0.5, 1, QUERIES[1:])}, "1 were asked of one alone"),
    ],
)
def test_what_cannot_be_compared_is_an_error(systems: dict[str, Evaluation], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compare(systems)


def test_a_difference_that_never_varies_has_no_size_in_deviations() -> None:
    queries = QUERIES[:5]
    best = Evaluation("run", (), queries, {"nDCG@10": np.ones(5)})
    worst = Evaluation("run", (), queries, {"nDCG@10": np.full(5, 0.4)})
    found = compare({"best": best, "worst": worst})
    (record,) = json.loads(comparison_json(found))
    assert (record["effect"], record["detectable"]) == (None, None)
    assert verdict(found).endswith("p = 0.0625.")
    assert "effect -  detectable -" in comparison_text(found)


def test_the_interval_of_the_verdict_keeps_its_sign() -> None:
    """A mean may be shown to differ from 0 while the interval, another method, just holds it."""
    each = Comparison("nDCG@10", "a", "b", -0.1, -0.3, 0.01, 0.04, 0.04, -0.1, 0.1)
    assert "b is better than a by 10.0 points of nDCG@10 [-1.0, 30.0]" in verdict([each])
