"""The page of an evaluation: what it shows, and that it needs nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from photosearch.display import evaluation_plots
from photosearch.display.evaluation_page import Study, evaluation_page, write_evaluation
from photosearch.errors import UsageError
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.studies import slice_evaluation, slices_text

FOUND = Evaluation(
    asked="text to photo",
    protocol=("Each of 4 captions is asked of all 2 photos.",),
    queries=("a#0", "a#1", "b#0", "b#1"),
    values={"R@10": np.array([1.0, 0.0, 1.0, 1.0]), "median rank": np.array([1.0, 3.0, 1.0, 2.0])},
    groups=np.array([0, 0, 1, 1]),
)
SLICES = slice_evaluation(
    FOUND,
    {"<b>short</b>": np.array([True, True, False, False]), "none": np.zeros(4, bool)},
)
STUDY = Study(
    "slices", slices_text(SLICES), [], lambda: {"R@10": evaluation_plots.slices_plot(SLICES)}
)


def test_the_page_has_measures_protocol_and_studies() -> None:
    page = evaluation_page("my model", [FOUND], [STUDY])
    assert "<h1>my model</h1>" in page
    assert "<td>R@10<td>75.0 [50.0, 100.0]" in page
    assert "<td>median rank<td>1.5" in page
    assert FOUND.protocol[0] in page
    assert page.count("<svg") == 1


def test_names_are_escaped_in_words_and_in_plots() -> None:
    page = evaluation_page("<i>model</i>", [FOUND], [STUDY])
    assert "<b>short" not in page
    assert "<i>model" not in page


def test_it_refers_to_nothing_outside_itself() -> None:
    page = evaluation_page("model", [FOUND], [STUDY])
    assert "src=" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_another_suffix_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected a name in \.html"):
        write_evaluation(tmp_path / "page.pdf", "model", [FOUND], [STUDY])


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    write_evaluation(tmp_path / "page.html", "model", [FOUND], [STUDY])
    assert (tmp_path / "page.html").read_text(encoding="utf-8").endswith("</html>\n")
