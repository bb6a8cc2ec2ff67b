"""Scores a TREC run of any system by judgements: through ir-measures, which asks trec_eval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from photosearch.errors import UsageError, require
from photosearch.evaluate import expected
from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Places
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.trec import Qrels, Run

CUTOFFS = (1, 5, 10)
_PROTOCOL = (
    "Every query that has judgements counts, one without results as 0.",
    "A grade of 1 or more is relevant, and the gain of nDCG is the grade.",
    "R@k is the share of a query's relevant documents within the first k.",
    "MRR and MAP look at all that the run lists.",
    "Of documents with one score, trec_eval puts the greater name first.",
    "R@k is the mean over every order of them.",
)


def score_run(run: Run, qrels: Qrels) -> Evaluation:
    """nDCG@10, MAP and MRR as trec_eval computes them, and R@1, R@5, R@10 of every judged query.

    Raises UsageError if no query of the run is judged, MissingExtra without ir-measures.
    """
    require("evaluate", "scoring a run", "ir_measures")
    queries = tuple(sorted(qrels))
    answered = [query for query in queries if run.get(query)]
    if not answered:
        raise UsageError(
            f"none of the run's {len(run)} queries is among the {len(qrels)} that are judged: "
            f"got {_some(run)}, expected {_some(qrels)}"
        )
    values = _trec(run, qrels, queries)
    places = _places(run, qrels, queries)
    values |= {f"R@{k}": _recall(places, qrels, queries, k) for k in CUTOFFS}
    return Evaluation(
        asked="run",
        protocol=_PROTOCOL,
        queries=queries,
        values=values,
        notes=tuple(_notes(run, qrels, len(queries) - len(answered), places)),
    )


def _trec(run: Run, qrels: Qrels, queries: tuple[str, ...]) -> dict[str, Values]:
    from ir_measures import AP, RR, iter_calc, nDCG

    measures = {nDCG @ 10: "nDCG@10", AP: "MAP", RR: "MRR"}
    place = {query: at for at, query in enumerate(queries)}
    values = {name: np.zeros(len(queries)) for name in measures.values()}
    # what is below 0 is as good as 0, and -2 or less ends pytrec_eval's process
    judged = {q: {name: max(g, 0) for name, g in grades.items()} for q, grades in qrels.items()}
    listed = {query: dict(run[query]) for query in queries if run.get(query)}
    for found in iter_calc(list(measures), judged, listed):
        values[measures[found.measure]][place[found.query_id]] = found.value
    return values


def _places(run: Run, qrels: Qrels, queries: tuple[str, ...]) -> Places:
    """Where relevant documents that the run lists stand in it, each query's among its own."""
    rows = [
        (at, *place)
        for at, query in enumerate(queries)
        for place in _stands(run.get(query, {}), qrels[query])
    ]
    query_of, item, ahead, tied = np.array(rows, np.int64).reshape(-1, 4).T
    longest = max((len(found) for found in run.values()), default=0)
    return Places(query_of, item, ahead, tied, len(queries), longest)


def _stands(
    found: Mapping[str, float], judged: Mapping[str, int]
) -> Iterator[tuple[int, int, int]]:
    """Of each relevant document its place in the list, how many score more, how many the same."""
    single = np.array(list(found.values()), np.float32)  # as trec_eval reads them
    scores = np.sort(single)
    for place, document in enumerate(found):
        if judged.get(document, 0) >= 1:
            low = np.searchsorted(scores, single[place], "left")
            high = np.searchsorted(scores, single[place], "right")
            yield place, len(scores) - int(high), int(high - low)


def _recall(places: Places, qrels: Qrels, queries: tuple[str, ...], k: int) -> Values:
    """As `expected.recall`, of all relevant documents, listed or not."""
    listed = np.bincount(places.query, minlength=len(queries))
    total = np.array([sum(grade >= 1 for grade in qrels[query].values()) for query in queries])
    found: Values = expected.recall(places, k) * listed / np.maximum(total, 1)
    return found


def _notes(run: Run, qrels: Qrels, silent: int, places: Places) -> list[str]:
    below = sum(grade < 0 for grades in qrels.values() for grade in grades.values())
    others = sum(query not in qrels for query in run)
    empty = sum(all(grade < 1 for grade in grades.values()) for grades in qrels.values())
    told = {
        "judged queries have no results.": silent,
        "queries of the run are not judged and left out.": others,
        "judged queries have no relevant document and count as 0.": empty,
        "relevant documents share their score with others.": places.tied_pairs(),
        "grades are below 0, which counts as not relevant.": below,
    }
    return [f"{count} {what}" for what, count in told.items() if count]


def _some(names: Mapping[str, object]) -> str:
    shown = sorted(names)[:3]
    return ", ".join(map(repr, shown)) + (", …" if len(names) > 3 else "")
