"""Answers a reading: filters, meaning and words beside the photos, joined to one order.

Shape legend: n photos that may be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.find.columns import NO_TIME, Columns
from photosearch.index.find.filters import allowed_ids, inside
from photosearch.index.nearest import Ids
from photosearch.index.texts import find_texts, require_phrases
from photosearch.query.embed import QueryVectors
from photosearch.query.fuse import fused
from photosearch.query.negation import Nearest, nearest_but
from photosearch.query.reading import Reading
from photosearch.query.wanted import filters_of, place_words, words_of
from photosearch.types import Filter

_POOL: Final = 100  # photos by meaning that words may bring into another order, at least
_NO_WORDS: Final = "quoted words: got an SQLite without FTS5, expected one that can look for them"


@dataclass(frozen=True, slots=True)
class Answer:
    """Photos, best first, then lowest id first."""

    ids: list[int]
    scores: list[float]  # cosines, less what negative words take, more what words beside it give
    matched: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # id -> where words stand


def answer(
    catalog: Catalog,
    columns: Callable[[], Columns],
    reading: Reading,
    queries: Sequence[QueryVectors],
    nearest: Nearest,
    *,
    k: int,
    filter: Filter | None,
) -> Answer:
    """The k best photos for a reading; `queries` are its words, embedded; any of them will do.

    `columns` is called if a filter asks for them: words alone need none.

    Without queries, those whose words match come first, then the newest. Raises as `allowed_ids`.
    """
    allowed = _allowed(catalog, columns, reading, filter)
    if allowed is not None and not len(allowed):
        return Answer([], [])
    hits = find_texts(catalog, words_of(reading), allowed) or []
    words = {hit.id: hit.score for hit in hits}
    matched = {hit.id: hit.fields for hit in hits}
    if not queries:
        return _by_words(columns(), allowed, words, matched, k)
    meaning = _by_meaning(queries, nearest, k, allowed, sorted(words))
    joint = fused(meaning, words)
    best = sorted(joint, key=lambda number: (-joint[number], number))[:k]
    return Answer(best, [joint[number] for number in best], matched)


def _allowed(
    catalog: Catalog, columns: Callable[[], Columns], reading: Reading, filter: Filter | None
) -> Ids | None:
    """Ids [n] of the photos that pass everything, ascending; None if nothing is asked."""
    parts = [allowed_ids(catalog, each, columns()) for each in filters_of(reading)]
    if filter is not None:
        parts.append(allowed_ids(catalog, filter, columns()))
    if reading.near is not None:
        parts.append(_at_place(catalog, columns(), reading))
    if reading.exact:
        parts.append(_with_words(catalog, reading.exact))
    found: Ids | None = None
    for part in parts:
        if part is not None:
            found = part if found is None else np.intersect1d(found, part, assume_unique=True)
    return found


def _with_words(catalog: Catalog, phrases: Sequence[str]) -> Ids:
    found = require_phrases(catalog, phrases)
    if found is None:
        raise UsageError(_NO_WORDS)
    return found


def _at_place(catalog: Catalog, columns: Columns, reading: Reading) -> Ids:
    """Photos in the circle, and those without coordinates beside which the place's name stands."""
    assert reading.near is not None
    here = columns.ids[inside(reading.near.near, columns)]
    named = [require_phrases(catalog, [name]) for name in place_words(reading)]
    told = [ids for ids in named if ids is not None and len(ids)]
    if not told:
        return here
    nowhere = columns.ids[~np.isfinite(columns.latitude)]
    return np.union1d(here, np.intersect1d(np.unique(np.concatenate(told)), nowhere))


def _by_words(
    columns: Columns,
    allowed: Ids | None,
    words: Mapping[int, float],
    matched: Mapping[int, tuple[str, ...]],
    k: int,
) -> Answer:
    """No words to embed: the best by words beside the photo, then the newest."""
    mask = np.ones(len(columns.ids), np.bool_) if allowed is None else np.isin(columns.ids, allowed)
    ids, taken = columns.ids[mask], columns.taken[mask]
    scores = np.array([words.get(number, 0.0) for number in ids.tolist()])
    order = np.lexsort((ids, _newest_first(taken), -scores))[:k]
    return Answer(ids[order].tolist(), [0.0] * len(order), matched)


def _newest_first(taken: Ids) -> Ids:
    """A key that sorts the newest first, and what has no time last."""
    return np.where(taken == NO_TIME, np.int64(2**63 - 1), -taken)


def _by_meaning(
    queries: Sequence[QueryVectors],
    nearest: Nearest,
    k: int,
    allowed: Ids | None,
    told: Sequence[int],
) -> dict[int, float]:
    """The scores of the best k by meaning, and of the photos `told` that words were found for."""
    pool = max(_POOL, k) if told else k
    found: dict[int, float] = {}
    for query in queries:
        pairs = [nearest_but(nearest, query, pool, allowed)]
        if told:
            some = np.array(told, np.int64)
            pairs.append(nearest_but(nearest, query, len(told), some))
        for ids, scores in pairs:
            for number, score in zip(ids, scores, strict=True):
                found[number] = max(score, found.get(number, score))
    return found
