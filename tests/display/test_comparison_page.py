"""The report of a comparison: whole, self-contained, and honest about what it cannot show."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from photosearch import errors
from photosearch.display.comparison_page import (
    check_page_path,
    comparison_page,
    write_comparison,
)
from photosearch.errors import MissingExtra, UsageError
from photosearch.evaluate import Evaluation, compare, embed_captioned, score_captions
from photosearch.evaluate.comparison import verdict
from photosearch.evaluate.moved import (
    Evidence,
    captioned_evidence,
    moved_by_pair,
    queries_of,
)
from photosearch.progress import Progress
from photosearch.testing import FakeEncoder, draw_photos

HOSTILE = "<script>alert(1)</script> & red"


class Page(HTMLParser):
    """Everything that a page would load, its text, and how often each tag begins."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.loads += [value or "" for name, value in attrs if "src" in name or "href" in name]

    def handle_data(self, data: str) -> None:
        self.text += data

    def of_class(self, name: str) -> int:
        return sum(name in (attrs.get("class") or "").split() for _, attrs in self.tags)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn photos with captions, one of which is markup."""
    at = tmp_path_factory.mktemp("captioned")
    rows = [
        {"image": f"photos/{path.name}", "captions": [text, HOSTILE if "red" in text else "a disc"]}
        for text, path in draw_photos(at / "photos").items()
    ]
    (at / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return at


Made = tuple[dict[str, Evaluation], Evidence]


def made(folder: Path, names: Mapping[str, int]) -> Made:
    """Systems that read captions well (1) or that of the next photo (-1), or nothing (0)."""
    data = embed_captioned(FakeEncoder(), folder)
    systems = {
        name: replace(data, captions=np.roll(data.captions, 2, axis=0) if turned < 0 else
                      data.captions * turned)
        for name, turned in names.items()
    }  # fmt: skip
    measured = {name: score_captions(each)[0] for name, each in systems.items()}
    queries = queries_of(moved_by_pair(measured))
    return measured, captioned_evidence(systems, queries, folder)


@pytest.fixture(scope="module")
def two(folder: Path) -> Made:
    return made(folder, {"good <b>": 1, "bad": -1})


def page_of(systems: dict[str, Evaluation], evidence: Evidence) -> str:
    return comparison_page(systems, compare(systems), moved_by_pair(systems), evidence)


@pytest.fixture(scope="module")
def html(two: Made) -> str:
    return page_of(*two)


def test_the_page_says_which_is_better_and_how_that_was_measured(two: Made, html: str) -> None:
    page = Page(html)
    assert verdict(compare(two[0])) in page.text
    assert "Each of 12 captions is asked of all 6 photos, of which its own is right." in page.text
    assert "paired randomisation test" in page.text
    assert "Captions of one photo are drawn and exchanged together" in page.text


def test_the_page_loads_nothing_and_has_no_script(html: str) -> None:
    page = Page(html)
    assert all(each.startswith(("#", "data:image/jpeg;base64,")) for each in page.loads)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object"})
    assert not re.search(r"@import|url\((?!#)", html)


def test_markup_in_queries_and_in_names_of_systems_is_shown_as_it_is(html: str) -> None:
    page = Page(html)
    assert "<script" not in html
    assert HOSTILE in page.text
    assert "good <b>" in page.text


def test_every_measure_stands_there_with_its_interval_and_its_difference(
    two: Made, html: str
) -> None:
    text = Page(html).text
    for measure, each in two[0]["bad"].estimates().items():
        assert measure in text
        assert measure == "median rank" or each.percent() in text
    assert f"{100 * compare(two[0])[0].difference:+.1f}" in text


def test_a_pair_has_four_plots(html: str) -> None:
    labels = [attrs.get("aria-label") for tag, attrs in Page(html).tags if tag == "svg"]
    assert len(set(labels)) == 4


def test_pictures_are_inside_and_the_right_ones_are_marked(html: str) -> None:
    page = Page(html)
    articles = sum(tag == "article" for tag, _ in page.tags)
    pictures = sum(load.startswith("data:image/jpeg") for load in page.loads)
    assert pictures == articles * (1 + 2 * 4) > 0  # the right one, and the first four of each
    assert page.of_class("right") >= articles


def test_a_photo_that_has_gone_leaves_a_grey_tile(two: Made, tmp_path: Path) -> None:
    systems, evidence = two
    files = dict.fromkeys(evidence.files, tmp_path / "gone.jpg")
    page = Page(page_of(systems, replace(evidence, files=files)))
    assert "cannot be read" in page.text
    assert not any(load.startswith("data:") for load in page.loads)


def test_without_photos_there_are_names(two: Made) -> None:
    systems, evidence = two
    page = Page(page_of(systems, Evidence(evidence.runs, evidence.right)))
    assert "photos/red-disc-on-white.jpg" in page.text
    assert not any(tag == "img" for tag, _ in page.tags)


def test_a_query_without_results_says_so(two: Made) -> None:
    systems, evidence = two
    silent = Evidence({name: {} for name in systems}, evidence.right)
    assert "no results" in Page(page_of(systems, silent)).text


def test_systems_that_answer_alike_have_no_queries_to_show(folder: Path) -> None:
    page = Page(page_of(*made(folder, {"a": 1, "same": 1})))
    assert "Neither a nor same was shown to be better" in page.text
    assert page.text.count("No query.") == 2


@pytest.mark.slow
def test_of_many_pairs_the_first_ten_have_plots_and_queries(folder: Path) -> None:
    html = page_of(*made(folder, {str(number): (-1) ** number for number in range(6)}))
    page = Page(html)
    assert page.text.count("Plots and queries are shown of the first pairs only.") == 5
    assert sum(tag == "article" for tag, _ in page.tags) <= 20
    assert len(html) < 3e6


def test_letters_that_no_file_can_hold_are_shown_escaped(two: Made, tmp_path: Path) -> None:
    systems, evidence = two
    words = dict.fromkeys(evidence.words, "a \ud800 surrogate\x1b[2J")
    renamed = {f"{name}\udcff": each for name, each in systems.items()}
    runs = {f"{name}\udcff": run for name, run in evidence.runs.items()}
    out = tmp_path / "page.html"
    write_comparison(
        out,
        renamed,
        compare(renamed),
        moved_by_pair(renamed),
        replace(evidence, runs=runs, words=words),
    )
    assert "a \\ud800 surrogate\\x1b[2J" in Page(out.read_text("utf-8")).text


def test_pictures_and_plots_tell_how_far_they_are(two: Made) -> None:
    systems, evidence = two
    heard: list[Progress] = []
    movers = moved_by_pair(systems)
    comparison_page(systems, compare(systems), movers, evidence, progress=heard.append)
    count = len(queries_of(movers))
    assert heard == [
        *(Progress(done, count, "pictures") for done in range(1, count + 1)),
        Progress(1, 1, "plots"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page.png", "expected a name in .html"),
        ("page", "got 'page'"),
        ("no/page.html", "no folder"),
        ("folder.html", "is a folder"),
    ],
)
def test_a_page_that_cannot_be_written_is_told_first(
    name: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(UsageError, match=message):
        check_page_path(tmp_path / name)


def test_without_matplotlib_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"photosearch\[evaluate\]"):
        check_page_path(tmp_path / "page.html")
