"""Photos that the catalog holds by two names become one again; the oldest name stays.

Earlier versions took the second name of a folder for another folder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from photosearch.index.catalog import Catalog
from photosearch.index.identity import Key, entry_of
from photosearch.index.rows import Source, inside, to_path, to_source

_TWICE = """
SELECT content_hash, id, source FROM photos WHERE status = 'indexed' AND content_hash IN (
    SELECT content_hash FROM photos WHERE status = 'indexed'
    GROUP BY content_hash HAVING count(*) > 1 AND max(id IN (SELECT id FROM seen)))
ORDER BY content_hash, id"""


def merge_names(catalog: Catalog) -> int:
    """Of the photos that this run saw; returns how many names went. Call after the scan.

    Looks only at photos with the same bytes as another one, which those of one file have.
    """
    with catalog.errors():
        rows = catalog.db.execute(_TWICE).fetchall()
    groups = (list(group) for _, group in groupby(rows, itemgetter(0)))
    second = [names for group in groups for names in _second_names(group)]
    if not second:
        return 0
    with catalog.writing() as db:
        catalog.next_generation()
        for (kept, _), (number, _) in second:
            _replace(db, number, kept)
        for folders in {(kept.parent, former.parent) for (_, kept), (_, former) in second}:
            _merge_others(db, *folders)
    return len(second)


def _second_names(
    rows: list[tuple[str, int, Source]],
) -> Iterator[tuple[tuple[int, Path], tuple[int, Path]]]:
    """The oldest and another row of one entry, each with its path."""
    first: dict[Key, tuple[int, Path]] = {}
    for _, number, source in rows:
        path = to_path(source)
        key = entry_of(path)
        if key is not None and first.setdefault(key, (number, path))[0] != number:
            yield first[key], (number, path)


def _replace(db: sqlite3.Connection, number: int, kept: int) -> None:
    """What this run found by the other name, it found by the name that stays."""
    for table in ("seen", "work"):
        db.execute(f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?", (kept, number))
        db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    db.execute("DELETE FROM photos WHERE id = ?", (number,))


def _merge_others(db: sqlite3.Connection, kept: Path, former: Path) -> None:
    """Failed and pending rows follow the photos of their folder, if that is the same folder."""
    with suppress(OSError):
        if kept == former or not kept.samefile(former):
            return
        condition, values = inside(former)
        query = f"SELECT id, source FROM photos WHERE status != 'indexed' AND {condition}"
        for number, source in db.execute(query, values).fetchall():
            name = to_source(kept / to_path(source).relative_to(former))
            row = db.execute("SELECT id FROM photos WHERE source = ?", (name,)).fetchone()
            if row is None:
                db.execute("UPDATE photos SET source = ? WHERE id = ?", (name, number))
            else:
                _replace(db, number, row[0])
