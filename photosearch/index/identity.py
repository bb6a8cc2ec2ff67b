"""Recognises one file under several names: links, second mounts, and names of another case.

A file is an entry of a folder: the folder's device and inode number and the name in it. So hard
links, which are entries of their own, stay photos of their own. The catalog keeps the name under
which a photo was first found, and what is found by another name is recognised as that photo.

Earlier versions took the second name of a folder for another folder: photos that the catalog holds
by two names become one again, and the oldest name stays.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from photosearch.index.catalog import Catalog
from photosearch.index.paths import (
    Source,
    at_or_inside,
    inside,
    on_disk,
    stored_spellings,
    to_path,
    to_source,
)

Key: TypeAlias = tuple[int | str, ...]
_SEPARATOR = os.sep.encode()
_TWICE = """
SELECT content_hash, id, source FROM photos WHERE status = 'indexed' AND content_hash IN (
    SELECT content_hash FROM photos WHERE status = 'indexed'
    GROUP BY content_hash HAVING count(*) > 1 AND max(id IN (SELECT id FROM seen)))
ORDER BY content_hash, id"""


def entry_of(path: Path) -> Key | None:
    """A key that all names of one file share; None if there is no file or no inode number."""
    try:
        status = path.stat()
        if not status.st_ino:
            return None
        key = (status.st_dev, status.st_ino)
        if status.st_nlink == 1:  # it is the only entry of this file
            return key
        real = Path(os.path.realpath(path))
        folder = real.parent.stat()
    except OSError:
        return None
    return (*key, folder.st_dev, folder.st_ino, real.name)


class KnownFolders:
    """The folders that hold the catalog's searchable photos, and the folders above them."""

    def __init__(self, catalog: Catalog) -> None:
        query = "SELECT CAST(source AS BLOB) FROM photos WHERE status = 'indexed' ORDER BY id"
        with catalog.errors():
            sources = (row[0] for row in catalog.db.execute(query))
            names = dict.fromkeys(source.rpartition(_SEPARATOR)[0] for source in sources)
        self._folders = dict.fromkeys(Path(os.fsdecode(name or _SEPARATOR)) for name in names)
        self._others: dict[Path, Path] = {}  # asked for, and what was answered
        self._above = dict.fromkeys(above for folder in self._folders for above in folder.parents)

    def __bool__(self) -> bool:
        return bool(self._folders)

    def folder(self, path: Path) -> Path:
        """A folder by the name under which the catalog knows it, or photos inside it."""
        if path in self._folders or path in self._above:
            return path
        return self._by_key.get(_number(path), path)

    def photo(self, path: Path) -> Path:
        """A photo by the name under which the catalog knows its folder, where it is no link."""
        folder = path.parent
        if folder not in self._folders:
            if folder not in self._others:
                self._others[folder] = self._photos_by_key.get(_number(folder), folder)
            folder = self._others[folder]
        return folder / path.name

    @cached_property
    def _by_key(self) -> dict[Key | None, Path]:
        return _by_number([*self._folders, *self._above])

    @cached_property
    def _photos_by_key(self) -> dict[Key | None, Path]:
        return _by_number([*self._folders])


def _by_number(folders: list[Path]) -> dict[Key | None, Path]:
    """The first of the folders that share a number."""
    found: dict[Key | None, Path] = {}
    for folder in folders:
        found.setdefault(_number(folder), folder)
    found.pop(None, None)
    return found


def _number(folder: Path) -> Key | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def names_of(catalog: Catalog, path: Path) -> list[Path]:
    """The names under which the catalog may know an absolute path, that itself first."""
    there = on_disk(path)
    real = Path(os.path.realpath(there))
    found = [*stored_spellings(catalog, path), *stored_spellings(catalog, real)]
    if there.exists() and not is_known(catalog, found):
        known = KnownFolders(catalog)
        found.append(known.folder(there) if there.is_dir() else known.photo(there))
    return list(dict.fromkeys(found))


def is_known(catalog: Catalog, paths: list[Path]) -> bool:
    """Whether the catalog has a row for one of these or for anything inside."""
    condition, values = at_or_inside(paths)
    with catalog.errors():
        query = f"SELECT 1 FROM photos WHERE {condition} LIMIT 1"
        return catalog.db.execute(query, values).fetchone() is not None


def merge_names(catalog: Catalog) -> int:
    """Merges rows that are one file under two names; returns how many were removed.

    Call after the scan, for the photos that it saw.

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
    """Pairs of rows of one file: the oldest one and another, each with its path."""
    first: dict[Key, tuple[int, Path]] = {}
    for _, number, source in rows:
        path = to_path(source)
        key = entry_of(path)
        if key is not None and first.setdefault(key, (number, path))[0] != number:
            yield first[key], (number, path)


def _replace(db: sqlite3.Connection, number: int, kept: int) -> None:
    """Removes a row; what this run found under it counts as found under the row that stays."""
    for table in ("seen", "work"):
        db.execute(f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?", (kept, number))
        db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    db.execute("DELETE FROM photos WHERE id = ?", (number,))


def _merge_others(db: sqlite3.Connection, kept: Path, former: Path) -> None:
    """Renames failed and pending rows of a folder with two names to the name that stays."""
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
