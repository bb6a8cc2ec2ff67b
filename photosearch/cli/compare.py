"""`photosearch compare`: which of several models, or of several systems' runs, is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from photosearch.cli.evaluation.models import opened
from photosearch.cli.evaluation.options import Data, Html, Qrels
from photosearch.cli.options import Json
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.evaluate import Captioned, Evaluation
    from photosearch.evaluate.comparison import Comparison
    from photosearch.evaluate.moved import Evidence

Evaluations: TypeAlias = "dict[str, Evaluation]"
Finder: TypeAlias = "Callable[[Sequence[str]], Evidence]"  # what was found for queries


def compare(
    systems: Annotated[
        list[str],
        typer.Argument(metavar="A B [C...]", help="Models as of eval, or TREC runs with --qrels."),
    ],
    data: Data = None,
    qrels: Qrels = None,
    html: Html = None,
    json: Json = False,
) -> None:
    """Compare models or runs: which is better, and how surely.

    Every pair is compared over the same queries, text to photo: the difference (A less B) with its
    95 % interval, how likely chance makes one as great (a paired randomisation test; Holm's
    correction over all pairs), its size in standard deviations, and the smallest difference that
    would have been seen in four of five such sets. Captions of one photo count as one. With --html,
    the queries that one system answers much better than the other can be looked at.

    \b
    Examples:
      photosearch compare builtin ./clip-vit-base-patch32 --data flickr8k --html report.html
      photosearch compare ours.trec theirs.trec --qrels judgements.trec --json
    """
    from photosearch.evaluate import compare, comparison_json, comparison_text

    if len(systems) < 2 or (data is None) == (qrels is None):
        raise UsageError("expected A and B, and either --data for models or --qrels for runs")
    if len(set(systems)) < len(systems):
        raise UsageError(f"got a system twice among {', '.join(systems)}, expected each once")
    if html is not None:
        from photosearch.display import check_page_path

        check_page_path(html)
    measured, finder = _of_models(systems, data, html) if data else _of_runs(systems, qrels)
    found = compare(measured)
    for name, each in measured.items():
        for sentence in each.notes:
            say(f"{name}: {sentence}")
    pairs = len({(each.a, each.b) for each in found})
    queries = len(measured[systems[0]].queries)
    say(f"{queries} queries; in the table, p is Holm's (pairs of systems: {pairs})")
    print(comparison_json(found) if json else comparison_text(found))
    if html is not None:
        _write(html, measured, found, finder)


def _of_models(systems: list[str], data: Path, html: Path | None) -> tuple[Evaluations, Finder]:
    """Embeddings are kept for a page alone."""
    from photosearch.evaluate import embed_captioned, score_captions
    from photosearch.evaluate.moved import captioned_evidence

    encoders = {name: opened(name) for name in systems}
    measured: Evaluations = {}
    kept: dict[str, Captioned] = {}
    with show_steps() as listener:
        for name, encoder in encoders.items():
            embedded = embed_captioned(encoder, data, progress=listener)
            measured[name] = score_captions(embedded, progress=listener)[0]
            if html is not None:
                kept[name] = embedded
    return measured, partial(captioned_evidence, kept, data=data)


def _of_runs(systems: list[str], qrels: Path | None) -> tuple[Evaluations, Finder]:
    from photosearch.evaluate import read_qrels, read_run, score_run
    from photosearch.evaluate.moved import Evidence

    judged = read_qrels(qrels) if qrels else {}
    runs = {name: read_run(Path(name)) for name in systems}
    measured = {name: score_run(run, judged) for name, run in runs.items()}
    return measured, lambda _: Evidence(runs=runs, right=judged)


def _write(html: Path, measured: Evaluations, found: Sequence[Comparison], finder: Finder) -> None:
    from photosearch.display import write_comparison
    from photosearch.evaluate.moved import moved_by_pair, queries_of

    movers = moved_by_pair(measured)
    with show_steps() as listener:
        evidence = finder(queries_of(movers))
        write_comparison(html, measured, found, movers, evidence, progress=listener)
    say(f"report: {html}")
