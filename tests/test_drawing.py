"""Plots as SVG for inside a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from photosearch.drawing import BLUE, COLOURS, QUIET, cloud, drawing, name_rows, points
from photosearch.template import fill
from tests.test_layers import ROOT

STYLE = ROOT / "photosearch" / "page.css.jinja"


def rows(names: tuple[str, ...] = ("a", "b")) -> str:
    with drawing(300, 200, 'say "<"', [f"point of {name}" for name in names]) as (axes, svg):
        name_rows(axes, names)
        points(axes, range(len(names)), [BLUE] * len(names), across=False)
    return svg.getvalue()


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))


def test_a_plot_says_what_it_is_and_takes_the_size_that_it_is_given() -> None:
    root = tree(rows())
    assert root.attrib["aria-label"] == 'say "<"'
    assert root.attrib["viewBox"] == "0 0 300 200"
    assert "width" not in root.attrib


def test_the_same_numbers_give_the_same_bytes_whatever_settings_a_user_has() -> None:
    first = rows()
    with mpl.rc_context({"axes.facecolor": "pink", "font.size": 30, "svg.fonttype": "path"}):
        assert rows() == first


def test_each_point_says_what_it_is_and_names_are_no_formulas() -> None:
    root = tree(rows(("$x_1$", "a & b")))
    assert [each.text for each in root.iter("title")] == ["point of $x_1$", "point of a & b"]
    assert {"$x_1$", "a & b"} <= {text.strip() for text in root.itertext()}


def test_of_many_points_the_look_is_told_once() -> None:
    with drawing(300, 200, "many") as (axes, svg):
        cloud(axes, range(50), range(50))
    assert svg.getvalue().count("fill-opacity: 0.45") == 1


@pytest.mark.parametrize("name", COLOURS)
def test_every_colour_is_one_of_the_style_sheet_in_light_and_in_dark(name: str) -> None:
    light, dark = re.findall(rf"--{name}: (#\w+)", fill(STYLE))
    assert (light == COLOURS[name], dark == light) == (True, False)


def test_colours_of_a_plot_are_those_of_the_page() -> None:
    with drawing(300, 200, "line") as (axes, svg):
        axes.plot((0, 1), (0, 1), color=QUIET)
    assert "stroke: var(--quiet)" in svg.getvalue()
    assert not re.search(r"#[0-9a-f]{6}\b(?!\w)[^0-9a-f]", re.sub(r'"#[^"]*"', "", svg.getvalue()))
