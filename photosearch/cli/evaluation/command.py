"""`photosearch eval`: how well a model or an index, or any system's run, finds what is right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.evaluation.options import (
    Data,
    Found,
    Html,
    OfIndex,
    Qrels,
    Runs,
    Studies,
    check_folder,
)
from photosearch.cli.options import Json
from photosearch.cli.output import say
from photosearch.errors import UsageError


def eval_(
    *,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="builtin, a bundle, checkpoint, training run, export, or an index with --queries.",
        ),
    ] = None,
    data: Data = None,
    qrels: Qrels = None,
    runs: Runs,
    studies: Studies,
    of_index: OfIndex,
    html: Html = None,
    json: Json = False,
) -> None:
    """Measure how well a model finds photos by words.

    Captions are asked of all photos, and photos of all captions. Prints R@1, R@5, R@10, MRR, MAP,
    nDCG@10 and the median rank with 95 % intervals, and how they were measured. Where
    captions.jsonl has splits, its "dev" is used. A folder with labels.jsonl alone is classified
    without training (zero-shot): the tenth of its photos that is held out.

    With --qrels, the captions that are judged are asked, as "IMAGE#NUMBER", of photos by the names
    that captions.jsonl gives them. With --run, any system's run is scored, without a model. With
    --queries, an index is searched as `photosearch search` does; its photos are judged by their
    whole paths. With --judge, it asks you which of the photos found are right.

    \b
    Examples:
      photosearch eval builtin --data flickr8k --slices --robustness
      photosearch eval builtin --data labelled --probe --calibration --json
      photosearch eval --run bm25.trec --qrels judgements.trec
      photosearch eval my.photoindex --queries words.tsv --qrels judgements.trec
      photosearch eval --judge --qrels mine.trec
      photosearch eval --index my.photoindex --kinds
    """
    check_folder("--run-out", runs.run_out)
    check_folder("--pool-out", of_index.pool_out)
    if of_index.pool_out is not None and (html is not None or json):
        raise UsageError("--pool-out: expected neither --html nor --json with it")
    if html is not None:
        from photosearch.display import check_page_path

        check_page_path(html)
    found = _found(model, data, qrels, runs, studies, of_index)
    if found is None:
        return
    print(found.as_json() if json else found.as_text())
    if html is not None:
        found.write(html, _title(model, runs, of_index))
        say(f"report: {html}")


def _title(model: str | None, runs: Runs, asked: OfIndex) -> str:
    """What was measured, without the folders that it lies in."""
    given = model or next(iter(runs.run or ()), asked.index) or "index"
    return Path(given).name or str(given)


def _found(
    model: str | None,
    data: Path | None,
    qrels: Path | None,
    runs: Runs,
    studies: Studies,
    asked: OfIndex,
) -> Found | None:
    if asked.judge or asked.pool_out or asked.kinds or asked.queries or asked.index:
        from photosearch.cli.evaluation.indexes import of_index

        if data is not None or studies != Studies():
            raise UsageError("an index: expected neither --data nor studies of a model with it")
        return of_index(model, asked, qrels, runs)
    if runs.run:
        from photosearch.cli.evaluation.models import of_run

        if model or data or runs.run_out or studies != Studies():
            raise UsageError("--run goes with --qrels alone")
        return of_run(runs.run, qrels)
    from photosearch.cli.evaluation.models import of_model

    return of_model(model, data, qrels, runs.run_out, studies)
