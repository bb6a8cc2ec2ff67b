"""Forgets photos when told to."""

from __future__ import annotations

import os
from collections.abc import Iterable

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.identity import names_of
from photosearch.index.rows import Source, absolute, at_or_inside


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
