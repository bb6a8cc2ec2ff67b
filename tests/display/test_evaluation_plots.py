"""Plots of studies: levels, confidence, and what an index costs."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from photosearch.display.evaluation_plots import (
    _apart,
    frontier_plot,
    reliability_plot,
    robustness_plots,
)
from photosearch.evaluate.calibration import Bin, Trust
from photosearch.evaluate.significance import Estimate
from photosearch.evaluate.studies.curves import Curve, Point, Robustness
from photosearch.evaluate.studies.frontier import Frontier, IndexPoint
from photosearch.evaluate.studies.reliability import Reliability

SOME = Estimate(0.7, 0.65, 0.75)
LESS = Point(30, SOME, Estimate(-0.05, -0.07, -0.03), 0)
ALONE = Point("box", SOME, Estimate(-0.1, math.nan, math.nan), 0)  # one photo has no interval
CURVES = (Curve("JPEG", "quality", (LESS,)), Curve("resize filter", "", (ALONE, ALONE)))
ROBUSTNESS = Robustness("R@10", SOME, CURVES, 10, 50, ())
BINS = (Bin(0.0, 0.1, 900, 0.04, 0.02), Bin(0.9, 1.0, 100, 0.95, 0.99))
RELIABLE = Reliability("names", "first hit", Trust(1000, 1000, SOME, 0.1, 0.1), 0.01, BINS, ())
EXACT = IndexPoint("Flat", "", 512, 1.0, None, 0.5, 2056.0, on_front=True)
CODED = IndexPoint("IVF8,SQ8", "nprobe=2", 512, 0.97, None, 0.1, 520.0, on_front=True)
WORSE = IndexPoint("SQfp16", "", 256, 0.9, None, 0.6, 521.0)


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))


def titles(svg: str) -> list[str]:
    return [each.text or "" for each in tree(svg).iter("title")]


def words(svg: str) -> set[str]:
    return {text.strip() for text in tree(svg).itertext()}


def test_each_condition_has_a_plot_with_its_levels_and_their_intervals() -> None:
    plots = robustness_plots(ROBUSTNESS)
    assert titles(plots["JPEG"]) == ["JPEG 30: -5.0 [-7.0, -3.0]"]
    assert {"30", "JPEG (quality)", "R@10, points"} <= words(plots["JPEG"])


def test_a_level_without_an_interval_is_a_point() -> None:
    assert titles(robustness_plots(ROBUSTNESS)["resize filter"])[0] == (
        "resize filter box: -10.0 [-10.0, -10.0]"
    )


def test_each_tenth_of_confidence_says_how_many_hits_it_stands_for() -> None:
    svg = reliability_plot(RELIABLE)
    assert titles(svg) == [
        "confidence 4: 2.0 of 900 hits right",
        "confidence 95: 99.0 of 100 hits right",
    ]
    assert {"calibration error 70.0 [65.0, 75.0]", "by chance 1.0"} <= words(svg)


def test_confidence_of_no_hits_can_be_drawn() -> None:
    assert titles(reliability_plot(replace(RELIABLE, bins=()))) == []


def test_the_front_has_names_and_the_others_only_titles() -> None:
    svg = frontier_plot(Frontier(100, 10, (EXACT, WORSE, CODED), ()))
    assert {"Flat width 512, 0.5 ms", "IVF8,SQ8 nprobe=2 width 512, 0.1 ms"} <= words(svg)
    assert not any("SQfp16" in each for each in words(svg) - set(titles(svg)))
    assert titles(svg)[0] == "SQfp16 width 256: 90.0 %, 521 bytes, 0.6 ms"


def test_one_kind_alone_can_be_drawn() -> None:
    assert "2,048" in words(frontier_plot(Frontier(100, 10, (EXACT,), ())))


@pytest.mark.parametrize(
    ("heights", "placed"),
    [
        ([], []),
        ([0.9, 0.5], [0.9, 0.5]),
        ([1.0, 1.0, 1.0], [1.0, 0.9, 0.8]),
        ([0.05, 0.0, 0.0], [0.2, 0.1, 0.0]),
    ],
)
def test_names_are_moved_apart_and_stay_inside(heights: list[float], placed: list[float]) -> None:
    assert _apart(heights, 0.1) == pytest.approx(placed)
