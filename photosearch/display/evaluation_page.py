"""Writes what was measured of one model or index as one self-contained page: tables and plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosearch.atomic import replacing, storage_errors
from photosearch.display.comparison_page import check_page_path
from photosearch.display.hits import printable
from photosearch.evaluate.report import Evaluation, estimate_text
from photosearch.template import fill

TEMPLATE = Path(__file__).with_name("evaluation.html.jinja")


@dataclass(frozen=True, eq=False)
class Study:
    """What was asked besides: for a terminal, for programs, and as plots."""

    title: str
    text: str
    record: Any  # of JSON
    draw: Callable[[], Mapping[str, str]]  # SVG by what it shows


def write_evaluation(
    path: Path, title: str, measured: Sequence[Evaluation], studies: Sequence[Study]
) -> None:
    """Raises UsageError and MissingExtra as `check_page_path` does, StorageError."""
    check_page_path(path)
    page = evaluation_page(title, measured, studies)
    with storage_errors(path), replacing(path) as stream:
        stream.write(page.encode("utf-8"))


def evaluation_page(title: str, measured: Sequence[Evaluation], studies: Sequence[Study]) -> str:
    """The whole page, which refers to nothing outside itself and has no script."""
    return fill(
        TEMPLATE,
        title=printable(title),
        measured=[(each, _rows(each)) for each in measured],
        studies=[(each.title, each.text, each.draw()) for each in studies],
    )


def _rows(found: Evaluation) -> list[tuple[str, str]]:
    return [(name, estimate_text(each, name)) for name, each in found.estimates().items()]
