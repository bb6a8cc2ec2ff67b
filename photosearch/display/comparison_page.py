"""Writes the report of a comparison as one self-contained page: measures, plots, queries.

It refers to nothing outside itself and has no script, so that it can be sent and opened offline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photosearch.atomic import replacing, storage_errors
from photosearch.display.comparison_plots import (
    found_plot,
    intervals_plot,
    queries_plot,
    ranks_plot,
)
from photosearch.display.hits import printable
from photosearch.display.moved_queries import ShownQuery, shown_queries
from photosearch.errors import UsageError, require
from photosearch.evaluate.comparison import JUDGE, Comparison, verdict
from photosearch.evaluate.expected import Values
from photosearch.evaluate.moved import Evidence, Movers, Pair, differences, right_ranks
from photosearch.evaluate.paired import ORDERS, RESAMPLES
from photosearch.evaluate.report import Evaluation, estimate_text
from photosearch.progress import Listener, counting, silent
from photosearch.template import fill

TEMPLATE = Path(__file__).with_name("comparison.html.jinja")


def check_page_path(path: Path) -> None:
    """Raises UsageError unless the name ends in .html or .htm, in a folder that is there.

    To be called before anything is measured; so is MissingExtra raised where no plot can be drawn.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"report: got {path.name!r}, expected a name in .html")
    if path.is_dir():
        raise UsageError(f"report: {path} is a folder, expected a file")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"report: no folder {path.absolute().parent}")
    require("evaluate", "a report with plots", "matplotlib")


def write_comparison(
    path: Path,
    systems: Mapping[str, Evaluation],
    found: Sequence[Comparison],
    movers: Mapping[Pair, Movers],
    evidence: Evidence,
    *,
    progress: Listener = silent,
) -> None:
    """The page of `found`, which `compare` found of `systems`, into a file.

    Raises UsageError and MissingExtra as `check_page_path` does, and StorageError if the file
    cannot be written; a page that was there before then stays.
    """
    check_page_path(path)
    page = comparison_page(systems, found, movers, evidence, progress=progress)
    with storage_errors(path), replacing(path) as stream:
        stream.write(page.encode("utf-8"))


def comparison_page(
    systems: Mapping[str, Evaluation],
    found: Sequence[Comparison],
    movers: Mapping[Pair, Movers],
    evidence: Evidence,
    *,
    progress: Listener = silent,
) -> str:
    """The whole page. Photos that cannot be read leave a grey tile; without files there are names.

    `movers` are queries to show, by pairs of systems, and `evidence` is what was found for them.
    """
    shown, rows = shown_queries(movers, evidence, progress=progress), _by_pair(found)
    tell, sections = counting(progress, "plots", len(rows)), []
    for pair, measured in rows.items():
        sections.append(_section(systems, pair, measured, shown.get(pair)))
        tell(1)
    return fill(
        TEMPLATE,
        systems=[printable(name) for name in systems],
        measures=list(_measures(systems)),
        sections=sections,
        has_pictures=bool(evidence.files),
        of=next(iter(systems.values())),
        notes=[(printable(name), each.notes) for name, each in systems.items() if each.notes],
        judge=JUDGE,
        resamples=f"{RESAMPLES:,}",
        orders=f"{ORDERS:,}",
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One measure of one pair, in points."""

    measure: str
    difference: str
    interval: str
    p: str
    p_holm: str
    effect: str
    detectable: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One pair of systems, A and B."""

    a: str
    b: str
    verdict: str
    rows: list[_Row]
    shares: str
    plots: dict[str, str]  # SVG by what it shows; none of pairs beyond those with queries
    queries: dict[str, list[ShownQuery]]  # by the letter of whom answers them better


def _section(
    systems: Mapping[str, Evaluation],
    pair: Pair,
    found: Sequence[Comparison],
    queries: dict[str, list[ShownQuery]] | None,
) -> _Section:
    a, b = (systems[name] for name in pair)
    return _Section(
        a=printable(pair[0]),
        b=printable(pair[1]),
        verdict=printable(verdict(found)),
        rows=[_row(each) for each in found],
        shares=_shares(differences(a, b)),
        plots={} if queries is None else _plots(a, b, found),
        queries=queries or {},
    )


def _plots(a: Evaluation, b: Evaluation, found: Sequence[Comparison]) -> dict[str, str]:
    ranks = right_ranks(a), right_ranks(b)
    return {
        "intervals": intervals_plot(found),
        "queries": queries_plot(differences(a, b)),
        "found": found_plot(*ranks),
        "ranks": ranks_plot(*ranks),
    }


def _row(each: Comparison) -> _Row:
    return _Row(
        measure=each.measure,
        difference=f"{100 * each.difference:+z.1f}",
        interval=f"[{100 * each.low:z.1f}, {100 * each.high:z.1f}]",
        p=f"{each.p:.4f}",
        p_holm=f"{each.p_holm:.4f}",
        effect=_number(each.effect, "+.2f"),
        detectable=_number(100 * each.detectable, ".1f"),
    )


def _number(value: float, form: str) -> str:
    return "–" if np.isnan(value) else format(value, form)


def _shares(apart: Values) -> str:
    a, b = (apart > 0).mean(), (apart < 0).mean()
    same = f"on {1 - a - b:.1%} they are equal"
    return f"By {JUDGE}, A is better on {a:.1%} of the queries, B on {b:.1%}; {same}."


def _measures(systems: Mapping[str, Evaluation]) -> Iterator[tuple[str, list[str]]]:
    """Each measure and what the systems got, with intervals."""
    columns = [each.estimates() for each in systems.values()]
    for name in columns[0]:
        yield name, [estimate_text(column[name], name) for column in columns]


def _by_pair(found: Sequence[Comparison]) -> dict[Pair, list[Comparison]]:
    rows: dict[Pair, list[Comparison]] = {}
    for each in found:
        rows.setdefault((each.a, each.b), []).append(each)
    return rows
