"""An index: its answers by judgements given or asked for, and what other kinds of it would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from photosearch.cli.evaluation.options import Found, OfIndex, Runs
from photosearch.cli.options import open_index
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.errors import UsageError, require

if TYPE_CHECKING:
    from photosearch.encoder import Floats
    from photosearch.index import PhotoIndex


def of_index(model: str | None, asked: OfIndex, qrels: Path | None, runs: Runs) -> Found | None:
    """What the options ask for; None if that is a pool to be judged elsewhere."""
    if model is not None and asked.index is not None:
        raise UsageError(f"got two indexes, {model} and {asked.index}, expected one")
    chosen = [asked.judge, asked.pool_out is not None, asked.kinds]
    if sum(chosen) > 1:
        raise UsageError("expected one of --judge, --pool-out and --kinds")
    if not any(chosen) and (asked.queries is None or qrels is None):
        raise UsageError("an index: expected --queries and --qrels, or --judge, or --kinds")
    if asked.judge and qrels is None:
        raise UsageError("--judge: got no --qrels, expected a file that keeps the answers")
    if any(chosen) and runs.run_out is not None:
        raise UsageError("--run-out: expected --queries and --qrels with it")
    if asked.kinds and (qrels or runs.run):
        raise UsageError("--kinds: expected neither --qrels nor --run with it")
    if asked.judge:  # told now, not after an hour of answers
        require("evaluate", "scoring what is judged", "ir_measures")
    place = asked.index if model is None else Path(model)
    with open_index(place) as photos:
        if asked.kinds:
            return _kinds(photos, asked.queries)
        if asked.judge or asked.pool_out:
            return _judged(photos, asked, qrels, runs)
        return _scored(photos, asked.queries, qrels, runs)


def _scored(photos: PhotoIndex, queries: Path | None, qrels: Path | None, runs: Runs) -> Found:
    from photosearch.cli.evaluation.pooled import ask_index
    from photosearch.evaluate import read_qrels, score_run, write_run
    from photosearch.evaluate.captioned import LISTED
    from photosearch.evaluate.trec import read_queries

    assert queries is not None
    assert qrels is not None
    if runs.run:
        raise UsageError("--run goes with --qrels alone, or with --judge")
    words, judged = read_queries(queries), read_qrels(qrels)
    asked = ask_index(photos, words)
    unknown = {name for grades in judged.values() for name in grades} - asked.files.keys()
    if unknown >= {name for grades in judged.values() for name in grades}:
        raise UsageError(
            f"{qrels}: none of {len(unknown)} judged photos is in the index: got "
            f"{min(unknown)!r}, expected whole paths such as {min(asked.files, default='')!r}"
        )
    if runs.run_out is not None:
        write_run(runs.run_out, asked.run)
        say(f"{len(asked.run)} queries written to {runs.run_out}")
    found = score_run(asked.run, judged)
    missing = [f"{len(unknown)} judged photos are not in the index."] if unknown else []
    looked = (
        f"The first {LISTED:,} photos of each query are looked at.",
        "MAP and R@k need all relevant photos: by judgements of a pool alone they are too high.",
    )
    protocol, notes = (*found.protocol, *looked), (*found.notes, *missing)
    return Found([replace(found, asked="index", protocol=protocol, notes=notes)])


def _judged(photos: PhotoIndex, asked: OfIndex, qrels: Path | None, runs: Runs) -> Found | None:
    from photosearch.cli.evaluation.judge import (
        judge_photos,
        read_judged,
        stdin_lines,
        type_queries,
    )
    from photosearch.cli.evaluation.pooled import ask_index, score_asked, write_asked
    from photosearch.evaluate.trec import read_queries

    judged, lines = read_judged(qrels), stdin_lines()
    if asked.queries is not None:
        words = read_queries(asked.queries)
    else:
        words = type_queries(judged, lines)
    pooled = ask_index(photos, words, runs.run or ())
    if asked.pool_out is not None:
        written = write_asked(pooled, judged, asked.pool_out)
        say(f"{written} pairs to judge written to {asked.pool_out}")
        return None
    assert qrels is not None
    judge_photos(pooled, qrels, lines)
    judged = read_judged(qrels)
    if not any(judged.get(query) for query in words):
        say("nothing is judged yet")
        return None
    return Found([score_asked(pooled, judged)])


def _kinds(photos: PhotoIndex, queries: Path | None) -> Found:
    """Of the photos that are indexed, asked for the queries given, or for everyday words."""
    from photosearch.cli.evaluation import studied
    from photosearch.evaluate.studies.masks import CONCEPTS
    from photosearch.evaluate.trec import read_queries

    everyday = [word for words in CONCEPTS.values() for word in words]
    words = everyday if queries is None else list(read_queries(queries).values())
    with show_steps() as listener:
        asked = photos.encoder.encode_texts(words)
        return Found(studies={"kinds": studied.kinds(_vectors(photos), asked, listener)})


def _vectors(photos: PhotoIndex) -> Floats:
    """Of all indexed photos, as they are kept: [N, D]."""
    import numpy as np
    from safetensors.numpy import load_file

    with TemporaryDirectory() as folder:
        path = Path(folder) / "photos.safetensors"
        photos.export_embeddings(path)
        return load_file(path)["vectors"].astype(np.float32)
