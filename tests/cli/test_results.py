"""What a person is told about a search beside its hits."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.cli.options import Output, Pictures
from photosearch.cli.results import check_results, show_results
from photosearch.errors import UsageError
from photosearch.types import Hit


def hit(confidence: float) -> Hit:
    return Hit(rank=1, id=1, path=Path("/a.jpg"), score=0.1, confidence=confidence)


@pytest.mark.parametrize(
    ("hits", "told"),
    [
        ([], "no photos\n"),
        ([hit(0.04)], "nothing matches well: the best confidence is 4%\n"),
        ([hit(0.6)], ""),
    ],
)
def test_a_query_without_a_match_says_so(
    hits: list[Hit], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_results("x", hits, "table", Pictures())
    assert capsys.readouterr().err == told


def test_a_program_gets_no_talk(capsys: pytest.CaptureFixture[str]) -> None:
    show_results("x", [hit(0.04)], "json", Pictures())
    assert capsys.readouterr().err == ""


def test_a_sheet_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="contact sheet"):
        check_results(Output(), Pictures(sheet=tmp_path / "sheet.pdf"))
