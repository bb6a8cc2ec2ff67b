"""The queries by which two systems differ most, and what each system found for them.

Legend: Q queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import TypeAlias

import numpy as np

from photosearch.errors import UsageError
from photosearch.evaluate.caption_scores import Captioned
from photosearch.evaluate.captioned import captions_and_files, nearest_photos
from photosearch.evaluate.comparison import JUDGE
from photosearch.evaluate.expected import Values
from photosearch.evaluate.report import RANK, Evaluation
from photosearch.evaluate.trec import Qrels, Run

EACH_WAY = 10  # queries that one system answers better, and as many that the other does
FIRST = 4  # items that are shown of what a system found
_DECIMALS = 9  # of a difference: what adds up in another order differs a little


@dataclass(frozen=True, slots=True)
class Moved:
    """A query that one of two systems, a and b, answers better."""

    query: str
    difference: float  # of nDCG@10, a less b
    rank_a: float  # of the first right item, from 1; infinite where none was found
    rank_b: float


@dataclass(frozen=True, slots=True)
class Movers:
    """The queries of one pair of systems, furthest apart first."""

    for_a: tuple[Moved, ...]  # a answers them better
    for_b: tuple[Moved, ...]


Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What systems found for queries, and what is right. What has no text or file has its name."""

    runs: Mapping[str, Run]  # system -> query -> item -> score; of each query its first FIRST items
    right: Qrels  # query -> item -> grade
    words: Mapping[str, str] = field(default_factory=dict)  # query -> its text
    files: Mapping[str, Path] = field(default_factory=dict)  # item -> its photo


def right_ranks(found: Evaluation) -> Values:
    """Where the first right item of each query stands: [Q], from 1; infinite if it was not found.

    Of tied ones the expected rank, but in runs, where trec_eval breaks ties.
    """
    if RANK in found.values:
        return found.values[RANK]
    inverse = found.values["MRR"]
    ranks = np.divide(1.0, inverse, out=np.full(len(inverse), np.inf), where=inverse > 0)
    whole: Values = np.rint(ranks)
    return whole


def differences(a: Evaluation, b: Evaluation) -> Values:
    """Of nDCG@10, a less b: [Q]. What differs in its last digits alone is the same.

    Raises UsageError for evaluations of other queries.
    """
    if a.queries != b.queries:
        raise UsageError("got evaluations of other queries, expected both of the same")
    apart: Values = (a.values[JUDGE] - b.values[JUDGE]).round(_DECIMALS)
    return apart


def moved_most(a: Evaluation, b: Evaluation, *, most: int = EACH_WAY) -> Movers:
    """At most `most` each way: by nDCG@10, then by how far apart the ranks are, then by name.

    Queries without a difference are left out. Raises UsageError for evaluations of other queries.
    """
    apart = differences(a, b).tolist()
    ranks = right_ranks(a).tolist(), right_ranks(b).tolist()
    moved = [Moved(*row) for row in zip(a.queries, apart, *ranks, strict=True) if row[1]]
    moved.sort(
        key=lambda each: (-abs(each.difference), -abs(each.rank_a - each.rank_b), each.query)
    )
    return Movers(
        for_a=tuple([each for each in moved if each.difference > 0][:most]),
        for_b=tuple([each for each in moved if each.difference < 0][:most]),
    )


def moved_by_pair(systems: Mapping[str, Evaluation], *, most: int = EACH_WAY) -> dict[Pair, Movers]:
    """Of every pair; of several pairs fewer queries each, of more than `most` pairs the first."""
    pairs = list(combinations(systems, 2))
    each_way = max(1, most // max(len(pairs), 1))
    return {(a, b): moved_most(systems[a], systems[b], most=each_way) for a, b in pairs[:most]}


def queries_of(movers: Mapping[Pair, Movers]) -> list[str]:
    """Their names, each once."""
    shown = (each for pair in movers.values() for each in (*pair.for_a, *pair.for_b))
    return list(dict.fromkeys(each.query for each in shown))


def captioned_evidence(
    systems: Mapping[str, Captioned], queries: Sequence[str], data: Path
) -> Evidence:
    """Of captions: `systems` are embeddings of the photos and captions of the folder `data`."""
    if not queries:
        return Evidence(runs={}, right={})
    asked = {name: _only(each, frozenset(queries)) for name, each in systems.items()}
    words, files = captions_and_files(data)
    first = next(iter(asked.values()))
    owners = zip(first.caption_names, first.owner, strict=True)
    return Evidence(
        runs={name: nearest_photos(each, FIRST) for name, each in asked.items()},
        right={query: {first.photo_names[photo]: 1} for query, photo in owners},
        words=words,
        files=files,
    )


def _only(data: Captioned, captions: frozenset[str]) -> Captioned:
    """All photos, and of the captions these."""
    rows = [at for at, name in enumerate(data.caption_names) if name in captions]
    return replace(
        data,
        captions=data.captions[rows],
        owner=data.owner[rows],
        caption_names=tuple(data.caption_names[at] for at in rows),
    )
