"""`photosearch eval`: how well a model, or the run of any system, finds what is right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import Json, open_index
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.errors import UsageError, require

if TYPE_CHECKING:
    from photosearch.evaluate import Evaluation
    from photosearch.evaluate.captioned import Embeds

Data = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="A folder with captions.jsonl, or one that holds it."),
]
Qrels = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Judgements: query 0 document grade.")
]


def eval_(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="builtin, a bundle, a checkpoint, a folder that model export wrote, or an index.",
        ),
    ] = None,
    data: Data = None,
    qrels: Qrels = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Lines query<TAB>words, to ask of an index with --qrels."
        ),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score this TREC run by --qrels instead of a model."),
    ] = None,
    run_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the model's first 1,000 of each query as a run."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure how well a model finds photos by words.

    Captions are asked of all photos, and photos of all captions. Prints R@1, R@5, R@10, MRR, MAP,
    nDCG@10 and the median rank with 95 % intervals, and how they were measured. Where
    captions.jsonl has splits, its "dev" is used. With --qrels, the captions that are judged are
    asked, as "IMAGE#NUMBER", of photos by the names that captions.jsonl gives them. With --run,
    MODEL and --data are not needed: any system's run can be scored. With --queries, MODEL is an
    index, which is searched as `photosearch search` does; its photos are judged by their paths.

    \b
    Examples:
      photosearch eval builtin --data flickr8k
      photosearch eval packages --data flickr8k --json
      photosearch eval --run bm25.trec --qrels judgements.trec
      photosearch eval my.photoindex --queries words.tsv --qrels judgements.trec
    """
    from photosearch.evaluate import as_json, as_text

    if run is not None and (model or data or queries or run_out):
        raise UsageError("--run goes with --qrels alone")
    if run_out is not None and not run_out.parent.is_dir():
        raise UsageError(f"--run-out: no folder {run_out.parent}")
    if run is not None:
        found = _of_run(run, qrels)
    elif queries is not None:
        found = _of_index(model, data, queries, qrels, run_out)
    else:
        found = _of_model(model, data, qrels, run_out)
    print(as_json(found) if json else as_text(found))


def _of_run(run: Path, qrels: Path | None) -> list[Evaluation]:
    from photosearch.evaluate import read_qrels, read_run, score_run

    if qrels is None:
        raise UsageError("--run: got no --qrels, expected the judgements to score it by")
    return [score_run(read_run(run), read_qrels(qrels))]


def _of_index(
    index: str | None, data: Path | None, queries: Path, qrels: Path | None, run_out: Path | None
) -> list[Evaluation]:
    if index is None or qrels is None or data is not None:
        raise UsageError("--queries: expected an index as MODEL, and --qrels, not --data")
    from photosearch.evaluate import read_qrels, score_run, write_run
    from photosearch.evaluate.captioned import LISTED
    from photosearch.evaluate.trec import read_queries, trec_name

    words, judged = read_queries(queries), read_qrels(qrels)
    with open_index(Path(index)) as photos:
        known = {trec_name(str(photo.path)) for photo in photos.photos()}
        unknown = {name for grades in judged.values() for name in grades} - known
        if unknown >= {name for grades in judged.values() for name in grades}:
            raise UsageError(
                f"{qrels}: none of {len(unknown)} judged photos is in the index: got "
                f"{min(unknown)!r}, expected whole paths such as {min(known, default='')!r}"
            )
        hits = photos.search_many(list(words.values()), k=LISTED)
    run = {
        query: {trec_name(str(hit.path)): hit.score for hit in found}
        for query, found in zip(words, hits, strict=True)
    }
    if run_out is not None:
        write_run(run_out, run)
        say(f"{len(run)} queries written to {run_out}")
    found = score_run(run, judged)
    missing = [f"{len(unknown)} judged photos are not in the index."] if unknown else []
    notes = (*found.notes, *missing)
    asked = f"The first {LISTED:,} photos of each query are looked at."
    return [replace(found, asked="index", protocol=(*found.protocol, asked), notes=notes)]


def _of_model(
    model: str | None, data: Path | None, qrels: Path | None, run_out: Path | None
) -> list[Evaluation]:
    if model is None or data is None:
        raise UsageError("expected MODEL and --data, or --run and --qrels")
    from photosearch.evaluate import (
        embed_captioned,
        nearest_photos,
        read_qrels,
        score_captions,
        score_judged,
        write_run,
    )

    judged = None if qrels is None else read_qrels(qrels)
    with show_steps() as listener:
        embedded = embed_captioned(opened(model), data, progress=listener)
        if judged is None:
            found = score_captions(embedded, progress=listener)
        else:
            found = [score_judged(embedded, judged, progress=listener)]
    if run_out is not None:
        write_run(run_out, nearest_photos(embedded))
        say(f"{len(embedded.captions)} queries written to {run_out}")
    return found


def opened(model: str) -> Embeds:
    """An encoder, or the packages that lie in a folder without a manifest or a checkpoint."""
    from photosearch.contract import EXPORT_RECORD
    from photosearch.models import load_encoder

    folder = Path(model)
    if not (folder / EXPORT_RECORD).is_file():
        return load_encoder(model)
    require("coreml", "executing Core ML packages", "torch", "coremltools")
    from photosearch.verify.packages import PackageEncoder

    return PackageEncoder(folder)
