"""What a walk came upon and did not take, by its kind (".MOV"), or could not look at, and why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from photosearch.index.catalog import Catalog
from photosearch.index.rows import Source, inside, to_path, to_source
from photosearch.types import Skipped

_PUT = "INSERT OR REPLACE INTO left_out(source, kind, reason) "
_BY_KIND = "SELECT kind, count(*) FROM left_out WHERE {} AND kind IS NOT NULL GROUP BY kind"


def replace_left_out(
    catalog: Catalog,
    roots: Iterable[Path],
    files: Iterable[tuple[Source, str]],
    *,
    skipped: Iterable[Skipped],
    named: Iterable[Path],
    unseen: set[Path],
) -> None:
    """What a walk through the roots left out takes the place of what an earlier one did.

    So it does at the paths that were named. What lies in places that could not be looked at stays.
    A file that has a row among the photos, as one taken before its kind was given up, is counted
    there; an indexed one that could not be looked at this time is counted in both.
    """
    with catalog.writing() as db:
        for root in roots:
            condition, values = inside(root)
            rows = db.execute(f"SELECT source FROM left_out WHERE {condition}", values).fetchall()
            seen = [row for row in rows if unseen.isdisjoint(_and_above(to_path(row[0])))]
            db.executemany("DELETE FROM left_out WHERE source = ?", seen)
        gone = [(to_source(path),) for path in named]
        db.executemany("DELETE FROM left_out WHERE source = ?", gone)
        there = [each for each in skipped if os.path.lexists(each.path)]
        rows = [(to_source(each.path), each.reason) for each in there]
        db.executemany(_PUT + "VALUES (?, ?, NULL)", files)
        db.executemany(_PUT + "VALUES (?, NULL, ?)", rows)
        db.execute(
            "DELETE FROM left_out WHERE source IN (SELECT source FROM photos"
            " WHERE status != 'indexed' OR kind IS NOT NULL)"
        )


def note_skipped(catalog: Catalog, skipped: Iterable[Skipped]) -> None:
    """Photos that stay indexed although they could not be read this time; others have a reason."""
    query = "SELECT source, NULL, ? FROM photos WHERE source = ? AND status = 'indexed'"
    with catalog.writing() as db:
        rows = [(each.reason, to_source(each.path)) for each in skipped]
        db.executemany(_PUT + query, rows)


def count_left_out(catalog: Catalog, roots: Iterable[Path] | None = None) -> dict[str, int]:
    """Files by their kind, the most first: inside some folders, or all."""
    count: Counter[str] = Counter()
    if roots is None:
        count.update(dict(catalog.db.execute(_BY_KIND.format("1"))))
    for root in roots or ():
        condition, values = inside(root)
        count.update(dict(catalog.db.execute(_BY_KIND.format(condition), values)))
    return dict(sorted(count.items(), key=lambda item: (-item[1], item[0])))


def count_unreadable(catalog: Catalog) -> dict[str, int]:
    """What could not be looked at, by the reason, the most first."""
    query = """SELECT reason, count(*) FROM left_out
        WHERE reason IS NOT NULL GROUP BY reason ORDER BY count(*) DESC, reason"""
    return dict(catalog.db.execute(query))


def _and_above(path: Path) -> tuple[Path, ...]:
    return (path, *path.parents)
