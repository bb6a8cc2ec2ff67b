"""The page for people: it shows every check, and loads nothing."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from photosearch.verify.records import Check, Range, Verification
from photosearch.verify.report import report_html

pytest.importorskip("skimage")
pytest.importorskip("sklearn")

BAD = Check("image: error over spread", "failed", 0.9, 0.05)


class Page(HTMLParser):
    """Everything that a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe"):
            self.loads.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def test_the_page_loads_nothing_and_says_what_it_is(found: Verification) -> None:
    html = report_html(found)
    page = read(html)
    assert page.loads == []
    assert all(name.startswith("#") for name in re.findall(r"(?:url\(|href=[\"'])([^)\"']*)", html))
    assert "verified against MIL semantics, not on a device" in page.text
    assert "passed" in page.text


def test_the_page_shows_every_check_and_every_plot(found: Verification) -> None:
    html = report_html(found)
    page = read(html)
    assert all(check.name in page.text for check in found.checks)
    labels = re.findall(r'aria-label="([^"]*)"', html)
    assert len(labels) == 8  # retrieval, 2 similarities, 2 errors, controls, 2 ranges


def test_a_page_without_eval_data_says_not_run(found: Verification) -> None:
    page = read(report_html(replace(found, retrieval=None)))
    assert "Not run: no eval data was given." in page.text


def test_a_page_of_a_failure_says_so_first(found: Verification) -> None:
    text = read(report_html(replace(found, checks=(BAD,)))).text
    assert "failed" in text
    assert "got 0.9, expected at most 0.05" in text


def test_values_that_are_not_finite_can_be_drawn(found: Verification) -> None:
    image = found.numbers.towers["image"]
    wild = (Range("a", "conv", math.nan, False), Range("b", "mul", math.inf, True))
    towers = {**found.numbers.towers, "image": replace(image, ranges=wild)}
    similarities = replace(found.numbers.similarities, shipped=(math.nan,) * 1360)
    numbers = replace(found.numbers, towers=towers, similarities=similarities)
    assert "nan" not in re.sub(
        r"<title>.*?</title>", "", report_html(replace(found, numbers=numbers))
    )
