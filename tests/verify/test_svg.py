"""Scales and shapes of plots."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from photosearch.verify.svg import Scale, cloud, dot, drawing, frame, text


def test_a_scale_maps_its_ends_and_its_middle() -> None:
    scale = Scale(0, 10, 100, 300)
    assert [scale(value) for value in (0, 5, 10)] == [100, 200, 300]
    log = Scale(0.01, 100, 200, 0, log=True)
    assert [log(value) for value in (0.01, 1, 100)] == [200, 100, 0]


@pytest.mark.parametrize("value", [-5.0, 99.0, math.inf, -math.inf, math.nan, 0.0])
def test_what_lies_beyond_is_drawn_at_an_edge(value: float) -> None:
    for log in (False, True):
        assert 0 <= Scale(0.1, 10, 0, 50, log=log)(value) <= 50


def test_ticks_are_round_and_few() -> None:
    assert Scale(0.001, 10, 0, 1, log=True).ticks() == pytest.approx([0.001, 0.01, 0.1, 1, 10])
    assert Scale(-0.23, 0.54, 0, 1).ticks() == pytest.approx([-0.2, 0, 0.2, 0.4])
    for high in (0.003, 0.7, 1, 12, 33, 410, 98_765):
        assert 3 <= len(Scale(0, high, 0, 1).ticks()) <= 8


def test_a_drawing_is_xml_whatever_it_says() -> None:
    scale = Scale(0, 1, 0, 100)
    parts = [*frame(scale, scale, ("<a>", "b & c")), text(1, 2, "<&'\""), dot(1, 2, "good", "<x>")]
    root = ElementTree.fromstring(drawing(10, 20, [*parts, cloud([(1, 2)], "cloud")], 'say "<"'))
    assert root.attrib["viewBox"] == "0 0 10 20"
    assert root.attrib["aria-label"] == 'say "<"'
