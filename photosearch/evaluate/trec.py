"""TREC's files of runs and judgements: what any retrieval system can be scored by.

A run has a line `query Q0 document rank score name`, judgements (qrels) a line `query 0 document
grade`; the rank is not read, the score decides. Names with white space in them are written as in
a URL (`%20`). Formats: https://trec.nist.gov/data/qrels_eng, trec_eval's README.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError

Run: TypeAlias = Mapping[str, Mapping[str, float]]  # query -> document -> score
Qrels: TypeAlias = Mapping[str, Mapping[str, int]]  # query -> document -> grade

T = TypeVar("T", int, float)

_RUN = "query Q0 document rank score name"
_QRELS = "query 0 document grade"
_GREATEST = 1_000_000  # of a grade; trec_eval makes room for every one below
_EXPECTED = {"score": "a finite number", "grade": f"a whole number up to {_GREATEST:,}"}
_KEPT = "".join(chr(code) for code in range(33, 127) if chr(code) != "%")


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """Raises UsageError, with the number of the line, for a line that is none of a run, for a
    score that is not finite and for a document that comes twice for a query."""
    return _read(path, _RUN, place=4, value=_score)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Raises UsageError as `read_run` does. A grade below 1 says: judged, and not relevant."""
    return _read(path, _QRELS, place=3, value=_grade)


def read_queries(path: Path) -> dict[str, str]:
    """Lines `query<TAB>words`, as MS MARCO has them. Raises UsageError as `read_run` does."""
    found: dict[str, str] = {}
    for number, line in _lines(path):
        query, _, words = (part.strip() for part in line.partition("\t"))
        if not line.strip():
            continue
        if query.split() != [query] or not words:
            raise UsageError(f"{path}: line {number}: got {line[:80]!r}, expected query<TAB>words")
        if query in found:
            raise UsageError(f"{path}: line {number}: query {query!r} comes twice")
        found[query] = words
    if not found:
        raise UsageError(f"{path}: got no lines, expected query<TAB>words")
    return found


def write_run(path: Path, run: Run, *, name: str = "photosearch") -> None:
    """The best first; of equal scores, the greater name, as trec_eval orders them.

    Raises UsageError for a name with white space: `trec_name` makes one without.
    """
    _check_names(path, run)
    with replacing(path) as file:
        for query, found in run.items():
            best = sorted(found.items(), key=lambda item: (item[1], item[0]), reverse=True)
            for rank, (document, score) in enumerate(best, start=1):
                line = f"{query} Q0 {document} {rank} {score!r} {name}\n"
                file.write(line.encode())


def write_qrels(path: Path, qrels: Qrels) -> None:
    """In the order given. Raises UsageError as `write_run` does, StorageError."""
    _check_names(path, qrels)
    with storage_errors(path), replacing(path) as file:
        for query, grades in qrels.items():
            for document, grade in grades.items():
                file.write(f"{query} 0 {document} {grade}\n".encode())


def trec_name(name: str) -> str:
    """A name without white space, the same for the same name."""
    return quote(name, safe=_KEPT, errors="surrogateescape")  # a path may be no UTF-8


def _check_names(path: Path, named: Mapping[str, Mapping[str, object]]) -> None:
    names = (name for query, found in named.items() for name in (query, *found))
    bad = next((name for name in names if not name or name.split() != [name]), None)
    if bad is not None:
        raise UsageError(f"{path}: got name {bad!r}, expected one without white space")


def _grade(text: str) -> int:
    grade = int(text)
    if not -_GREATEST <= grade <= _GREATEST:
        raise ValueError
    return grade


def _score(text: str) -> float:
    score = float(text)
    if not math.isfinite(score):
        raise ValueError
    return score


def _read(
    path: Path, line_format: str, *, place: int, value: Callable[[str], T]
) -> dict[str, dict[str, T]]:
    fields = len(line_format.split())
    found: dict[str, dict[str, T]] = {}
    for number, line in _lines(path):
        parts = line.split()
        if not parts:
            continue
        where = f"{path}: line {number}"
        if len(parts) != fields:
            raise UsageError(f"{where}: got {len(parts)} fields, expected {line_format!r}")
        query, document = parts[0], parts[2]
        documents = found.setdefault(query, {})
        if document in documents:
            raise UsageError(f"{where}: query {query!r} has document {document!r} twice")
        try:
            documents[document] = value(parts[place])
        except ValueError:
            kind = line_format.split()[place]
            got = parts[place][:40]
            raise UsageError(f"{where}: {kind}: got {got!r}, expected {_EXPECTED[kind]}") from None
    if not found:
        raise UsageError(f"{path}: got no lines, expected {line_format!r}")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from enumerate(file, start=1)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: got bytes that are no UTF-8 ({error.reason})") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}, expected a file of TREC's") from None
