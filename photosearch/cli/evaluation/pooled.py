"""Answers of an index, pooled with runs of other systems, and their score by judgements of these.

The names of documents are whole paths, as `photosearch eval --queries` has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError
from photosearch.evaluate.captioned import LISTED
from photosearch.evaluate.pool import (
    DEPTH,
    Pool,
    coverage,
    pool_runs,
    precision,
    unjudged,
    write_pool,
)
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.run_scores import score_run
from photosearch.evaluate.trec import Qrels, Run, read_run, trec_name

if TYPE_CHECKING:
    from photosearch.index import PhotoIndex

FEWEST, RECOMMENDED = 20, 50  # queries; TREC's test collections have 50


@dataclass(frozen=True, eq=False)
class Asked:
    """Queries, what the index answers, and what is to be judged of that."""

    words: Mapping[str, str]  # by queries
    files: Mapping[str, Path]  # by documents: all photos of the index
    run: Run  # of the index
    pool: Pool
    runs: int  # that are pooled


def ask_index(photos: PhotoIndex, words: Mapping[str, str], runs: Sequence[Path] = ()) -> Asked:
    """Searches the index for each of the words, and pools what it finds with other systems' runs.

    Raises UsageError for an index without photos, for files that are no runs, and for those of
    other queries or photos; QueryError for words that are no query.
    """
    files = {trec_name(str(photo.path)): photo.path for photo in photos.photos()}
    others = [_read_other(path, words, files) for path in runs]
    hits = photos.search_many(list(words.values()), k=LISTED)
    run = {
        query: {trec_name(str(hit.path)): hit.score for hit in found}
        for query, found in zip(words, hits, strict=True)
    }
    if not any(run.values()):
        raise UsageError(f"{photos.directory}: got an index without photos, expected some")
    return Asked(words, files, run, pool_runs([run, *others]), 1 + len(runs))


def write_asked(asked: Asked, judged: Qrels, out: Path) -> int:
    """Writes what has no grade yet, for annotation elsewhere; returns how many pairs."""
    files = {name: str(path) for name, path in asked.files.items() if _is_text(str(path))}
    return write_pool(out, unjudged(asked.pool, judged), words=asked.words, files=files)


def _is_text(path: str) -> bool:
    """JSON has no room for other names, which stand in "photo" all the same."""
    return path == path.encode(errors="ignore").decode()


def score_asked(asked: Asked, judged: Qrels) -> Evaluation:
    """The index by the judgements of its queries: what judging a pool can tell, and how far.

    MAP and R@k are left out, since they ask for all relevant photos: where only one run's own first
    ten are judged, its R@10 is always 1. Raises UsageError if no query is judged.
    """
    known = {query: grades for query, grades in judged.items() if query in asked.words}
    if not known:
        raise UsageError(f"none of {len(asked.words)} queries is judged, expected one at least")
    found = score_run(asked.run, known)
    values = {"nDCG@10": found.values["nDCG@10"], "P@10": precision(asked.run, known)}
    values["MRR"] = found.values["MRR"]
    notes = (*found.notes, *_notes(asked, known, others=len(judged) - len(known)))
    return replace(found, asked="index", protocol=_protocol(asked), values=values, notes=notes)


def _protocol(asked: Asked) -> tuple[str, ...]:
    whose = "the index" if asked.runs == 1 else f"each of {asked.runs} runs"
    return (
        "Every query that has judgements counts.",
        "A grade of 1 or more is relevant, and the gain of nDCG is the grade.",
        f"To be judged: the first {DEPTH} of {whose}, in an order that tells nothing of ranks.",
        "Relevant photos beyond these are not known: with all, nDCG@10 is lower, or the same.",
        "P@10, the share of the first ten that are relevant, does not change with them.",
    )


def _notes(asked: Asked, judged: Qrels, *, others: int) -> Iterator[str]:
    cover = coverage(asked.run, judged)
    yield f"{cover.judged} of the {cover.listed} photos in the first {DEPTH} are judged."
    if cover.judged < cover.listed:
        yield "The rest counts as not relevant: P@10 is too low then, nDCG@10 too low or too high."
    gone = {name for grades in judged.values() for name in grades} - asked.files.keys()
    if gone:
        yield f"{len(gone)} judged photos are not in the index."
    if others:
        yield f"{others} judged queries were not asked and are left out."
    if len(judged) < FEWEST:
        yield f"So few queries make a wide interval: judge {FEWEST} at least, better {RECOMMENDED}."


def _read_other(path: Path, words: Mapping[str, str], files: Mapping[str, Path]) -> Run:
    """What another system found of these queries and these photos."""
    run = {query: found for query, found in read_run(path).items() if query in words}
    if not run:
        raise UsageError(f"{path}: got none of the queries, expected such as {min(words)!r}")
    names = {name for found in run.values() for name in found}
    if not names & files.keys():
        raise UsageError(
            f"{path}: none of {len(names)} photos is in the index: got {min(names)!r}, "
            f"expected whole paths such as {min(files, default='')!r}"
        )
    return {
        query: {name: score for name, score in found.items() if name in files}
        for query, found in run.items()
    }
