"""`photosearch compare`: which of several models, or of several systems' runs, is better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.eval import Data, Qrels, opened
from photosearch.cli.options import Json
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.evaluate import Evaluation


def compare(
    systems: Annotated[
        list[str],
        typer.Argument(metavar="A B [C...]", help="Models as of eval, or TREC runs with --qrels."),
    ],
    data: Data = None,
    qrels: Qrels = None,
    json: Json = False,
) -> None:
    """Compare models or runs: which is better, and how surely.

    Every pair is compared over the same queries, text to photo: the difference (A less B) with its
    95 % interval, how likely chance makes one as great (a paired randomisation test; Holm's
    correction over all pairs), its size in standard deviations, and the smallest difference that
    would have been seen in four of five such sets. Captions of one photo count as one.

    \b
    Examples:
      photosearch compare builtin ./clip-vit-base-patch32 --data flickr8k
      photosearch compare ours.trec theirs.trec --qrels judgements.trec --json
    """
    from photosearch.evaluate import compare, comparison_json, comparison_text

    if len(systems) < 2 or (data is None) == (qrels is None):
        raise UsageError("expected A and B, and either --data for models or --qrels for runs")
    if len(set(systems)) < len(systems):
        raise UsageError(f"got a system twice among {', '.join(systems)}, expected each once")
    measured = _of_models(systems, data) if data else _of_runs(systems, qrels)
    found = compare(measured)
    for name, each in measured.items():
        for sentence in each.notes:
            say(f"{name}: {sentence}")
    pairs = len({(each.a, each.b) for each in found})
    queries = len(measured[systems[0]].queries)
    say(f"{queries} queries; in the table, p is Holm's (pairs of systems: {pairs})")
    print(comparison_json(found) if json else comparison_text(found))


def _of_models(systems: list[str], data: Path) -> dict[str, Evaluation]:
    from photosearch.evaluate import embed_captioned, score_captions

    encoders = {name: opened(name) for name in systems}
    with show_steps() as listener:
        return {
            name: score_captions(
                embed_captioned(encoder, data, progress=listener), progress=listener
            )[0]
            for name, encoder in encoders.items()
        }


def _of_runs(systems: list[str], qrels: Path | None) -> dict[str, Evaluation]:
    from photosearch.evaluate import read_qrels, read_run, score_run

    judged = read_qrels(qrels) if qrels else {}
    return {name: score_run(read_run(Path(name)), judged) for name in systems}
