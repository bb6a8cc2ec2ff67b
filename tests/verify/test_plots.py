"""Plots as SVG inside a page."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from photosearch import errors
from photosearch.errors import MissingExtra
from photosearch.verify.plots import errors_plot, ranges_plot, require_plots, similarities_plot
from photosearch.verify.records import Agreement, Range, Similarities, TowerFindings

AGREEMENT = Agreement(("a $x$ <&>", "b"), 0.9, (0.01, 0.2), error=0.0123, direction=0.99)


def ranges(*values: float) -> TowerFindings:
    found = tuple(Range(f"v{i}", "mul", value, False) for i, value in enumerate(values))
    return TowerFindings("image", AGREEMENT, (), found, None)


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))


def test_the_same_records_give_the_same_bytes_whatever_settings_a_user_has() -> None:
    first = errors_plot(AGREEMENT, 0.03, "image")
    with mpl.rc_context({"axes.facecolor": "pink", "font.size": 30, "svg.fonttype": "path"}):
        assert errors_plot(AGREEMENT, 0.03, "image") == first


def test_a_plot_is_xml_that_says_what_it_is_and_has_no_size_of_its_own() -> None:
    root = tree(errors_plot(AGREEMENT, 0.03, 'say "<"'))
    assert root.attrib["aria-label"] == 'Error of each input, say "<"'
    assert root.attrib["viewBox"] == "0 0 460 300"
    assert "width" not in root.attrib


def test_each_point_says_what_it_is_when_it_is_pointed_at() -> None:
    root = tree(errors_plot(AGREEMENT, 0.03, "image"))
    assert [each.text for each in root.iter("title")] == ["a $x$ <&>: 0.01", "b: 0.2"]


def test_an_input_of_any_script_is_named_without_a_warning() -> None:
    svg = errors_plot(Agreement(("a", "犬"), 0.9, (0.01, 0.2), error=0.5, direction=0.5), 0.03, "x")
    assert "犬" in svg


def test_colours_are_those_of_the_page() -> None:
    svg = errors_plot(AGREEMENT, 0.03, "image")
    assert {"var(--blue)", "var(--bad)", "var(--ink)"} <= set(re.findall(r"var\(--\w+\)", svg))
    assert not re.search(r"#[0-9a-f]{6}\b(?!\w)[^0-9a-f]", re.sub(r'"#[^"]*"', "", svg))


@pytest.mark.parametrize("value", [-5.0, 1e30, math.inf, -math.inf, math.nan, 0.0])
def test_what_lies_beyond_is_drawn_at_an_end_of_the_axis(value: float) -> None:
    root = tree(ranges_plot(ranges(value, 1.0)))
    (place, *_) = (use for use in root.iter("use") if len(use))
    assert 0 <= float(place.attrib["y"]) <= 300


@pytest.mark.parametrize("limit", [0.0, 1e-9, 1e9])
def test_a_limit_beyond_the_axis_is_drawn_at_its_end(limit: float) -> None:
    assert tree(errors_plot(AGREEMENT, limit, "image")).attrib["viewBox"] == "0 0 460 300"


def test_no_points_and_none_that_are_numbers_can_be_drawn() -> None:
    for found in (Similarities((), ()), Similarities((math.nan,), (math.nan,))):
        assert similarities_plot(found).startswith("<svg")


def test_without_matplotlib_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"photosearch\[coreml\]"):
        require_plots()
