"""Removes photos from the catalog: files that are gone, names that a person gives, second names.

Photos are kept if so many are gone that a disk must be missing. Rows that were never searchable,
pending and failed ones, go with them: nothing is lost with such a row, so they do not count towards
the limit, and go too where photos have moved away from.

Earlier versions took the second name of a folder for another folder: photos that the catalog holds
by two names become one again, and the oldest name stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import MassRemoval, UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.identity import Key, entry_of, names_of
from photosearch.index.paths import (
    Source,
    absolute,
    at_or_inside,
    gone,
    inside,
    to_path,
    to_source,
)

if TYPE_CHECKING:  # a search does without the packages that find photos
    from photosearch.index.scan import Scan

MOST = 1 / 5  # of the photos known inside the folders given
_CHUNK = 500
_TWICE = """
SELECT content_hash, id, source FROM photos WHERE status = 'indexed' AND content_hash IN (
    SELECT content_hash FROM photos WHERE status = 'indexed'
    GROUP BY content_hash HAVING count(*) > 1 AND max(id IN (SELECT id FROM seen)))
ORDER BY content_hash, id"""


def remove_vanished(
    catalog: Catalog, walk: Scan, *, left: Iterable[Path] = (), allowed: bool
) -> int:
    """Removes the rows inside the roots that the walk did not see and whose files are gone.

    Call after moved files have found their new place; `left` are the folders that they left, whose
    other rows are looked at too. Returns the number of photos removed. Raises MassRemoval, with
    nothing removed, if they are over a fifth and not allowed.
    """
    with catalog.errors():
        catalog.db.execute("CREATE TEMP TABLE IF NOT EXISTS vanished(id INTEGER PRIMARY KEY)")
        catalog.db.execute("DELETE FROM vanished")
        count = sum(_note_vanished(catalog, root, walk.unseen) for root in walk.roots)
        for folder in left:
            _note_vanished(catalog, folder, walk.unseen, only="AND status != 'indexed'")
        noted = catalog.db.execute("SELECT 1 FROM vanished LIMIT 1").fetchone()
    if count > MOST * walk.known and not allowed:
        folders = ", ".join(str(root) for root in walk.roots)
        raise MassRemoval(
            f"{count} of {walk.known} photos are gone from {folders}, more than a fifth: is a disk "
            "not mounted? Nothing was removed; if they were deleted, allow the removal"
        )
    if noted:
        with catalog.writing():
            if count:
                catalog.next_generation()
            catalog.delete_photos("id IN (SELECT id FROM vanished)", ())
            catalog.forget_unused()
    return count


def _note_vanished(catalog: Catalog, root: Path, unseen: set[Path], *, only: str = "") -> int:
    """Notes the rows inside a folder whose files are gone; returns how many were searchable."""
    condition, values = inside(root)
    query = f"""SELECT id, source, status = 'indexed' FROM photos WHERE {condition} AND id > ?
        AND id NOT IN (SELECT id FROM seen) {only} ORDER BY id LIMIT {_CHUNK}"""
    count = last = 0
    while rows := catalog.db.execute(query, (*values, last)).fetchall():
        last = rows[-1][0]
        missing = [
            (number, indexed)
            for number, source, indexed in rows
            if _vanished(to_path(source), unseen)
        ]
        ids = [(number,) for number, _ in missing]
        catalog.db.executemany("INSERT OR IGNORE INTO vanished VALUES (?)", ids)
        count += sum(indexed for _, indexed in missing)
    return count


def _vanished(path: Path, unseen: set[Path]) -> bool:
    return unseen.isdisjoint((path, *path.parents)) and gone(path)


def merge_names(catalog: Catalog) -> int:
    """Merges rows that are one file under two names; returns how many were removed.

    Call after the scan, for the photos that it saw. Looks only at photos with the same bytes
    as another one, which those of one file have.
    """
    with catalog.errors():
        rows = catalog.db.execute(_TWICE).fetchall()
    groups = (list(group) for _, group in groupby(rows, itemgetter(0)))
    second = [names for group in groups for names in _second_names(group)]
    if not second:
        return 0
    with catalog.writing():
        catalog.next_generation()
        for (kept, _), (number, _) in second:
            _replace(catalog, number, kept)
        for folders in {(kept.parent, former.parent) for (_, kept), (_, former) in second}:
            _merge_others(catalog, *folders)
    return len(second)


def _second_names(
    rows: list[tuple[str, int, Source]],
) -> Iterator[tuple[tuple[int, Path], tuple[int, Path]]]:
    """Pairs of rows of one file: the oldest one and another, each with its path."""
    first: dict[Key, tuple[int, Path]] = {}
    for _, number, source in rows:
        path = to_path(source)
        key = entry_of(path)
        if key is not None and first.setdefault(key, (number, path))[0] != number:
            yield first[key], (number, path)


def _replace(catalog: Catalog, number: int, kept: int) -> None:
    """Removes a row; what this run found under it counts as found under the row that stays."""
    db = catalog.db
    for table in ("seen", "work"):
        db.execute(f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?", (kept, number))
        db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    catalog.delete_photos("id = ?", [number])


def _merge_others(catalog: Catalog, kept: Path, former: Path) -> None:
    """Renames failed and pending rows of a folder with two names to the name that stays."""
    with suppress(OSError):
        if kept == former or not kept.samefile(former):
            return
        db = catalog.db
        condition, values = inside(former)
        query = f"SELECT id, source FROM photos WHERE status != 'indexed' AND {condition}"
        for number, source in db.execute(query, values).fetchall():
            name = to_source(kept / to_path(source).relative_to(former))
            row = db.execute("SELECT id FROM photos WHERE source = ?", (name,)).fetchone()
            if row is None:
                db.execute("UPDATE photos SET source = ? WHERE id = ?", (name, number))
            else:
                _replace(catalog, number, row[0])


def remove_photos(catalog: Catalog, photos: Iterable[int | str | os.PathLike[str]]) -> int:
    """Deletes the rows of ids, paths and folders in one transaction; returns how many.

    Raises UsageError, with nothing removed, if one of them is not in the index.
    """
    chosen = [(photo, *_which(catalog, photo)) for photo in photos]
    if not chosen:
        return 0
    with catalog.writing() as db:
        for photo, condition, values in chosen:
            if not db.execute(f"SELECT 1 FROM photos WHERE {condition}", values).fetchone():
                raise UsageError(f"{photo} is not in the index; nothing was removed")
        catalog.next_generation()
        count = sum(catalog.delete_photos(condition, values) for _, condition, values in chosen)
        for photo, condition, values in chosen:
            if not isinstance(photo, int):
                db.execute(f"DELETE FROM left_out WHERE {condition}", values)
        catalog.forget_unused()
    return count


def remove_matching(catalog: Catalog, matches: Callable[[Path], bool]) -> int:
    """Deletes the rows whose paths match; returns how many were searchable. Call inside `writing`.

    What is listed as left out under such a path is listed no more.
    """
    db = catalog.db
    found = db.execute("SELECT id, source, status = 'indexed' FROM photos ORDER BY id")
    met = [(number, indexed) for number, source, indexed in found if matches(to_path(source))]
    count = sum(bool(indexed) for _, indexed in met)
    if count:
        catalog.next_generation()
    for number, _ in met:
        catalog.delete_photos("id = ?", [number])
    others = db.execute("SELECT source FROM left_out").fetchall()
    unlisted = [row for row in others if matches(to_path(row[0]))]
    db.executemany("DELETE FROM left_out WHERE source = ?", unlisted)
    catalog.forget_unused()
    return count


def _which(
    catalog: Catalog, photo: int | str | os.PathLike[str]
) -> tuple[str, list[Source] | list[int]]:
    if isinstance(photo, int):
        return "id = ?", [photo]
    return at_or_inside(names_of(catalog, absolute(photo)))
