"""Finds photos by words and phrases that stand beside them, and says how well and where.

Words are looked for by FTS5; the score is its BM25 (Robertson and Zaragoza 2009, "The Probabilistic
Relevance Framework", section 3.5, k1 = 1.2 and b = 0.75), each column with its weight:

    sum over words w of  idf(w) * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length))

f counts w in all columns of the photo, times their weights; idf is log((N - n + 0.5) / (n + 0.5))
of n photos among N, at least 1e-6. What a person typed is never read as FTS5's own language: every
word stands between quotation marks there. Swift does the same, see TextSearch.swift.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from photosearch.index.catalog import Catalog
from photosearch.index.nearest import Ids
from photosearch.index.texts.full_text import FIELDS
from photosearch.index.texts.text_rows import apart

# What a word counts in each of the FIELDS: more where a person chose it for this photo
WEIGHTS = dict(zip(FIELDS, (2.0, 3.0, 4.0, 2.0, 4.0, 4.0, 1.0), strict=True))
MOST_WORDS = 64  # that are looked for; more are no search
MOST_CHARACTERS = 200  # of a word or a phrase
MOST_HITS = 1000
_LEAST_PREFIX = 2  # characters: one alone begins too many words
_COMMON = 1000  # photos; a word that more than half of them, and more than this, have says nothing

_BAD = re.compile("[\0-\x1f\ue000\ud800-\udfff]")
_SCORE = f"-bm25(words, {', '.join(map(str, WEIGHTS.values()))})"
_EACH = ", ".join(
    f"bm25(words, {', '.join('1.0' if other == field else '0.0' for other in FIELDS)}) != 0"
    for field in FIELDS
)
_AMONG = "+rowid IN (SELECT value FROM json_each(?))"  # the plus: words first, then ids
_BEST = f"""SELECT rowid, {_SCORE} AS score FROM words WHERE words MATCH ? {{}}
    ORDER BY score DESC, rowid LIMIT ?"""


class TextHit(NamedTuple):
    """A photo beside which some of the words stand."""

    id: int
    score: float  # BM25, above 0; the higher, the better
    fields: tuple[str, ...]  # of FIELDS, in their order: where the words stand


def find_texts(
    catalog: Catalog, words: Sequence[str], allowed: Ids | None = None, *, most: int = MOST_HITS
) -> list[TextHit] | None:
    """The photos that have any of the words, best first, then lowest id first; `most` at most.

    It takes about a microsecond for each photo that has one. Call it inside one transaction.
    The last word may be the beginning of one. `allowed` are the ids [n] that may be found. Words
    that most of many photos have are not looked for. None where words cannot be looked for, see
    `Catalog.has_words`. Raises PhotoIndexError for a catalog that cannot be read.
    """
    with catalog.errors():
        if not catalog.has_words():
            return None
        wanted = " OR ".join(_telling(catalog, _expressions(words)))
        if not wanted:
            return []
        only = [] if allowed is None else [json.dumps(np.asarray(allowed).tolist())]
        query = _BEST.format(f"AND {_AMONG}" if only else "")
        best = catalog.db.execute(query, (wanted, *only, most)).fetchall()
        fields = _fields(catalog, wanted, [number for number, _ in best])
    return [TextHit(number, score, fields.get(number, ())) for number, score in best]


def require_phrases(catalog: Catalog, phrases: Sequence[str]) -> Ids | None:
    """The ids of photos beside which every phrase stands, ascending, int64 [n].

    The words of a phrase stand one behind the other in one name, title, keyword, … A phrase without
    a word, as "!", stands nowhere. None where words cannot be looked for. Raises as `find_texts`.
    """
    with catalog.errors():
        if not catalog.has_words():
            return None
        found: Ids | None = None
        for expression in map(_expression, phrases):
            query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
            rows = catalog.db.execute(query, (expression,)) if expression else ()
            ids = np.fromiter((row[0] for row in rows), np.int64)
            found = ids if found is None else np.intersect1d(found, ids, assume_unique=True)
    return np.empty(0, np.int64) if found is None else found


def _fields(catalog: Catalog, wanted: str, ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Where the words stand, by id. A column counts if its score, were there no other, is any."""
    query = f"SELECT rowid, {_EACH} FROM words WHERE words MATCH ? AND {_AMONG}"
    return {
        number: tuple(field for field, is_there in zip(FIELDS, there, strict=True) if is_there)
        for number, *there in catalog.db.execute(query, (wanted, json.dumps(ids)))
    }


def _telling(catalog: Catalog, expressions: Iterable[str]) -> list[str]:
    """Those that tell photos apart: not what most of many photos have."""
    query = "SELECT count(*) FROM words WHERE words MATCH ?"
    total = None
    found = []
    for expression in expressions:
        (count,) = catalog.db.execute(query, (expression,)).fetchone()
        if count > _COMMON:
            total = total or catalog.db.execute("SELECT count(*) FROM texts").fetchone()[0]
            if 2 * count > total:
                continue
        if count:
            found.append(expression)
    return found


def _expressions(words: Sequence[str]) -> list[str]:
    """Each word as FTS5 asks for it, once, the last one as a beginning too."""
    given = [word for word in map(_cleaned, words) if word][:MOST_WORDS]
    last = [word for word in given[-1:] if len(word) >= _LEAST_PREFIX]
    found = [_expression(word) for word in dict.fromkeys(given) if word not in last]
    return [*found, *(_expression(word, mark=" *") for word in last)]


def _expression(text: str, *, mark: str = "") -> str:
    """A phrase as FTS5 asks for it; words written together stand apart in names and albums too."""
    whole = _cleaned(text)
    if not whole:
        return ""
    parts = apart(whole)
    asked = f"{_quoted(whole)}{mark}"
    return asked if parts == whole else f"({asked} OR {{name album}} : {_quoted(parts)}{mark})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cleaned(text: str) -> str:
    """Without control characters, halves of characters, and the mark between entries."""
    return _BAD.sub(" ", text[:MOST_CHARACTERS]).strip()
