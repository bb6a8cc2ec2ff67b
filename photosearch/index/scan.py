"""Finds photos in folders, and lists those that must be read: new ones and changed ones.

Every new file is written down as pending before any is read, in the order in which files are
found. So a run that was killed goes on where it was, and ids do not depend on its history.

A file is read again if its size, its time of modification, the files beside it or its ctime differ.
The ctime tells of an edit that keeps size and time, and of a chmod or a restored backup too: then
the file is read and hashed, and if it holds the same bytes, nothing else is done. An inode number
alone is only noted: memory cards and network disks number their files anew with every mount.

A file that is as it was is asked once for its texts, if nobody has: the index was imported, or is
of a version that did not read them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from photosearch.images import find_photos
from photosearch.images.find import EXCLUDED, Excluded
from photosearch.images.metadata import forget_listings, sidecar_fingerprint
from photosearch.index.catalog import Catalog
from photosearch.index.exclusions import Exclusions, read_exclusions
from photosearch.index.identity import KnownFolders
from photosearch.index.paths import Source, absolute, inside, to_path, to_source
from photosearch.index.prefetch import ReadTask
from photosearch.index.prune import merge_names
from photosearch.index.rows import is_known
from photosearch.progress import Listener, Progress
from photosearch.types import Skipped

NOT_YET = "not read yet"
_CHUNK = 500  # files a transaction
_MOST_CANDIDATES = 64  # same-sized photos beyond which (bitmaps, say) hashing first is no gain

_TEMPORARY = """
CREATE TEMP TABLE IF NOT EXISTS seen(id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS work(
    id INTEGER PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sidecars INTEGER,
    ctime_ns INTEGER, inode INTEGER, unchanged INTEGER);
DELETE FROM seen; DELETE FROM work;
"""
_PUT = "INSERT OR REPLACE INTO left_out(source, kind, reason) "


@dataclass(slots=True)
class Scan:
    """What was found. Its long lists, `seen` and `work`, are temporary tables of the catalog."""

    roots: list[Path]  # folders that were there to be walked
    known: int = 0  # searchable photos of the catalog inside the roots, before this run
    files: int = 0  # found now
    unchanged: int = 0
    work: int = 0  # files to read
    skipped: list[Skipped] = field(default_factory=list)
    not_seen: list[Skipped] = field(default_factory=list)  # of these, what the walk met
    left_out: list[tuple[Source, str]] = field(default_factory=list)  # files not taken, their kind
    excluded_by: set[str] = field(default_factory=set)  # exclusions that left something out
    unseen: set[Path] = field(default_factory=set)  # nothing is known of what lies there or below


@dataclass(frozen=True, slots=True)
class _File:
    source: Source
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def scan(catalog: Catalog, paths: Iterable[Path], listener: Listener) -> Scan:
    """Walks the paths; `seen` are all rows found, `work` those that have to be read."""
    forget_listings()
    names = _Names(catalog)
    with catalog.errors():
        given = [names.root(absolute(path)) for path in paths]
        result = Scan(roots=_outermost([path for path in given if path.is_dir()]))
        catalog.db.executescript(_TEMPORARY)
        result.known = sum(count_under(catalog, root) for root in result.roots)
    patterns = read_exclusions(catalog)
    excluded = Exclusions(patterns) if patterns else None
    files = _files(given, result, excluded)
    while chunk := list(islice(files, _CHUNK)):
        with catalog.writing() as db:
            _compare(db, chunk, result, names)
        result.files += len(chunk)
        listener(Progress(result.files, None, "looking for photos"))
    if excluded is not None:
        result.excluded_by = excluded.matched
    merge_names(catalog)
    replace_left_out(
        catalog,
        result.roots,
        result.left_out,
        skipped=result.not_seen,
        named=given,
        unseen=result.unseen,
    )
    return result


class _Names:
    """Gives what is found under a second name the name that the catalog has."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def _folders(self) -> KnownFolders:
        return KnownFolders(self._catalog)

    def root(self, path: Path) -> Path:
        if not path.is_dir() or count_under(self._catalog, path):
            return path
        return self._folders.folder(path)

    def of(self, file: _File) -> _File:
        """The file under its name in the catalog, if it is not known under its own."""
        if not self._folders:
            return file
        path = to_path(file.source)
        if not path.is_symlink():
            return replace(file, source=to_source(self._folders.photo(path)))
        there = self._folders.photo(Path(os.path.realpath(path)))
        return replace(file, source=to_source(there)) if is_known(self._catalog, [there]) else file


def _outermost(folders: list[Path]) -> list[Path]:
    """The folders that are not inside another one, so that no photo is counted twice."""
    return [
        folder
        for folder in dict.fromkeys(folders)
        if not any(other in folder.parents for other in folders)
    ]


def _files(paths: list[Path], result: Scan, excluded: Excluded | None) -> Iterator[_File]:
    for found in find_photos(paths, excluded):
        if found.kind is not None:
            result.left_out.append((to_source(found.path), found.kind))
        elif found.reason is None:
            times = (found.mtime_ns, found.ctime_ns)
            yield _File(to_source(found.path), found.size_bytes, *times, _signed(found.inode))
        else:
            result.skipped.append(Skipped(found.path, found.reason))
            result.unseen.add(found.path)
            if found.reason != EXCLUDED:
                result.not_seen.append(result.skipped[-1])


def _signed(inode: int) -> int:
    """An inode number as SQLite keeps whole numbers: the lower 64 bits, with a sign."""
    return ((inode + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)


def _compare(db: sqlite3.Connection, chunk: list[_File], result: Scan, names: _Names) -> None:
    known = _rows(db, chunk)
    new = [file for file in chunk if file.source not in known]
    if new:
        other = {file.source: names.of(file) for file in new}
        chunk = [other.get(file.source, file) for file in chunk]
        known |= _rows(db, list(other.values()))
    for file in chunk:
        if file.source not in known:
            row = (_insert(db, file), -1, -1, 0, None, None, "pending", NOT_YET, None)
            known[file.source] = row
        number, *look, ctime_ns, inode, status, reason, is_read = known[file.source]
        if not db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (number,)).rowcount:
            continue  # found twice: two of the paths overlap
        now = [file.size_bytes, file.mtime_ns, sidecar_fingerprint(to_path(file.source))]
        is_same = look == now and ctime_ns in (None, file.ctime_ns)
        if is_same and (ctime_ns, inode) != (file.ctime_ns, file.inode):
            renew = "UPDATE photos SET ctime_ns = ?, inode = ? WHERE id = ?"
            db.execute(renew, (file.ctime_ns, file.inode, number))
        lacks_texts = is_same and status == "indexed" and not is_read
        if status == "pending" or not is_same or lacks_texts:
            task = (number, *now, file.ctime_ns, file.inode, lacks_texts)
            db.execute("INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?)", task)
            result.work += 1
        elif status == "failed":
            result.skipped.append(Skipped(to_path(file.source), reason))
        else:
            result.unchanged += 1


def _rows(db: sqlite3.Connection, files: list[_File]) -> dict[Source, tuple[Any, ...]]:
    """The catalog's rows of these files, by source: id, look, status, reason, texts read."""
    marks = ", ".join("?" * len(files))
    columns = "source, id, size, mtime_ns, sidecars, ctime_ns, inode, status, reason, is_read"
    query = f"SELECT {columns} FROM photos LEFT JOIN texts USING (id) WHERE source IN ({marks})"
    return {row[0]: row[1:] for row in db.execute(query, [file.source for file in files])}


def _insert(db: sqlite3.Connection, file: _File) -> int:
    cursor = db.execute(
        "INSERT INTO photos(source, size, mtime_ns, status, reason) VALUES (?, ?, ?, 'pending', ?)",
        (file.source, file.size_bytes, file.mtime_ns, NOT_YET),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def read_tasks(catalog: Catalog) -> Iterator[ReadTask]:
    """The files to read that the scan listed, a few rows in memory at a time."""
    query = """SELECT w.id, p.source, p.content_hash, w.size, w.mtime_ns, w.sidecars,
            w.ctime_ns, w.inode, w.unchanged
        FROM work w JOIN photos p ON p.id = w.id
        WHERE w.id > ? ORDER BY w.id LIMIT ?"""
    last = 0
    while True:
        with catalog.errors():
            rows = catalog.db.execute(query, (last, _CHUNK)).fetchall()
        if not rows:
            return
        for number, source, before, size, mtime_ns, sidecars, ctime_ns, inode, unchanged in rows:
            known = _candidates(catalog, size) | ({before} if before else set())
            look = (size, mtime_ns, sidecars, ctime_ns, inode)
            same = before if unchanged else None
            yield ReadTask(number, to_path(source), *look, known, same)
        last = rows[-1][0]


def _candidates(catalog: Catalog, size_bytes: int) -> frozenset[str]:
    query = """SELECT DISTINCT content_hash FROM photos
        WHERE size = ? AND status = 'indexed' LIMIT ?"""
    with catalog.errors():
        rows = catalog.db.execute(query, (size_bytes, _MOST_CANDIDATES + 1)).fetchall()
    return frozenset(row[0] for row in rows) if len(rows) <= _MOST_CANDIDATES else frozenset()


def count_under(catalog: Catalog, folder: Path) -> int:
    """How many searchable photos the catalog has inside a folder."""
    condition, values = inside(folder)
    query = f"SELECT count(*) FROM photos WHERE {condition} AND status = 'indexed'"
    return int(catalog.db.execute(query, values).fetchone()[0])


def replace_left_out(
    catalog: Catalog,
    roots: Iterable[Path],
    files: Iterable[tuple[Source, str]],
    *,
    skipped: Iterable[Skipped],
    named: Iterable[Path],
    unseen: set[Path],
) -> None:
    """Replaces what earlier runs left out inside the roots by what this run left out.

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
    """Notes why photos that stay indexed could not be read; others have the reason in their row."""
    query = "SELECT source, NULL, ? FROM photos WHERE source = ? AND status = 'indexed'"
    with catalog.writing() as db:
        rows = [(each.reason, to_source(each.path)) for each in skipped]
        db.executemany(_PUT + query, rows)


def _and_above(path: Path) -> tuple[Path, ...]:
    return (path, *path.parents)
