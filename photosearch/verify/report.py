"""Renders `verification.html`, the report of a verification as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from photosearch.template import fill
from photosearch.verify.measures import limits_of
from photosearch.verify.plots import (
    controls_plot,
    differences_plot,
    errors_plot,
    ranges_plot,
    retrieval_plot,
    similarities_plot,
)
from photosearch.verify.records import Verification

TEMPLATE = Path(__file__).with_name("report.html.jinja")
_MEGA = 1e6


def report_html(verification: Verification) -> str:
    """The whole page, without a date, a path or a script."""
    return fill(
        TEMPLATE,
        found=verification,
        of=verification.subject,
        figures=list(_figures(verification)),
        plots=_plots(verification),
    )


def _figures(found: Verification) -> Iterator[tuple[str, str]]:
    """The few numbers at the top, each with what it is."""
    summary = found.summary
    for name, error in summary.error.items():
        yield f"{error:.4f}", f"error / spread, {name}"
    yield f"{summary.overlap:.1%}", "same ten best"
    if summary.recall_at_10:
        yield f"{100 * summary.recall_at_10.difference.mean:+.1f} points", "R@10 against torch"
    share = summary.size_bytes / summary.fp16_bytes
    yield f"{summary.size_bytes / _MEGA:.1f} MB", f"{share:.0%} of fp16"


def _plots(found: Verification) -> dict[str, list[str]]:
    """SVG, by the section that shows it."""
    towers, limit = found.numbers.towers, limits_of(found.subject.weights).error
    points = found.numbers.similarities
    return {
        "retrieval": [retrieval_plot(found.retrieval.metrics)] if found.retrieval else [],
        "similarities": [similarities_plot(points), differences_plot(points)],
        "errors": [errors_plot(each.agreement, limit, name) for name, each in towers.items()],
        "controls": [controls_plot({str(name): each for name, each in towers.items()}, limit)],
        "ranges": [ranges_plot(each) for each in towers.values()],
    }
