"""Plots of how two systems differ: every query is counted, and edges of the axes hold."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from photosearch.display.comparison_plots import (
    found_plot,
    intervals_plot,
    queries_plot,
    ranks_plot,
)
from photosearch.evaluate.comparison import Comparison

SHOWN = Comparison("nDCG@10", "a", "b", 0.031, 0.01, 0.052, 0.002, 0.004, 0.1, 0.02)
UNSHOWN = replace(SHOWN, measure="R@1", low=-0.02, p_holm=0.3)


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))


def words(svg: str) -> list[str]:
    return [each.text or "" for each in tree(svg).iter() if each.tag in ("text", "title")]


def counts(svg: str) -> list[int]:
    """What stands in the cells: they have letters of their own size."""
    return [int(found) for found in re.findall(r"9\.5px[^>]*>(\d+)<", svg)]


def test_each_interval_says_what_it_is_and_only_those_shown_to_differ_are_blue() -> None:
    svg = intervals_plot([SHOWN, UNSHOWN])
    titles = [each.text for each in tree(svg).iter("title")]
    assert titles == [
        "nDCG@10: +3.1 [1.0, 5.2], p 0.0040",
        "R@1: +3.1 [-2.0, 5.2], p 0.3000",
    ]
    assert ("var(--blue)" in svg, "var(--blue)" in intervals_plot([UNSHOWN])) == (True, False)


def test_a_difference_of_nothing_at_all_can_be_drawn() -> None:
    none = replace(SHOWN, difference=0.0, low=0.0, high=0.0, p_holm=1.0)
    assert "nDCG@10: +0.0 [0.0, 0.0], p 1.0000" in words(intervals_plot([none]))


def test_every_query_stands_in_one_cell_of_the_ranks() -> None:
    random = np.random.default_rng(0)
    a, b = (np.exp(random.uniform(0, 9, 1000)).round() for _ in "ab")
    a[:7], b[4:9] = np.inf, np.inf
    assert sum(counts(ranks_plot(a, b))) == 1000


def test_ranks_begin_at_their_marks_and_what_was_not_found_has_a_mark_of_its_own() -> None:
    svg = ranks_plot(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, np.inf]))
    assert words(svg)[:4] == ["1", "2", "4", "none"]
    assert sorted(counts(svg)) == [1, 1, 2]  # 2 and 3 share a cell


@pytest.mark.parametrize("ranks", [[1.0], [np.inf], [2.5, 1.0], [1e6, 1.0, 3.0]])
def test_few_ranks_none_and_great_ones_can_be_drawn(ranks: list[float]) -> None:
    values = np.array(ranks)
    assert sum(counts(ranks_plot(values, values))) == len(ranks)
    assert found_plot(values, values).startswith("<svg")


def test_of_many_queries_a_curve_has_few_points() -> None:
    random = np.random.default_rng(0)
    small, large = (queries_plot(random.random(count)) for count in (600, 60_000))
    assert len(large) < 1.2 * len(small)


def test_one_query_has_a_difference_that_can_be_drawn() -> None:
    assert queries_plot(np.array([1.0])).startswith("<svg")
