"""Removes photos from the catalog: those whose files are gone, and those that a person names.

Photos are kept if so many are gone that a disk must be missing. Rows that were never searchable,
pending and failed ones, go with them: nothing is lost with such a row, so they do not count towards
the limit, and go too where photos have moved away from.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import MassRemoval, UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.identity import names_of
from photosearch.index.paths import Source, absolute, at_or_inside, gone, inside, to_path

if TYPE_CHECKING:  # a search does without the packages that find photos
    from photosearch.index.scan import Scan

MOST = 1 / 5  # of the photos known inside the folders given
_CHUNK = 500


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
        with catalog.writing() as db:
            if count:
                catalog.next_generation()
            db.execute("DELETE FROM photos WHERE id IN (SELECT id FROM vanished)")
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
        deletions = [
            db.execute(f"DELETE FROM photos WHERE {condition}", values)
            for _, condition, values in chosen
        ]
        for photo, condition, values in chosen:
            if not isinstance(photo, int):
                db.execute(f"DELETE FROM left_out WHERE {condition}", values)
        count = sum(deletion.rowcount for deletion in deletions)
        catalog.forget_unused()
    return count


def _which(
    catalog: Catalog, photo: int | str | os.PathLike[str]
) -> tuple[str, list[Source] | list[int]]:
    if isinstance(photo, int):
        return "id = ?", [photo]
    return at_or_inside(names_of(catalog, absolute(photo)))
