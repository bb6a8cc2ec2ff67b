"""`catalog.sqlite`: what is known of every photo, and its embedding. The truth of an index.

| table | holds |
|-|-|
| meta | schema (this layout), kind (of vectors.faiss), generation, compacted |
| spaces | the one space of the vectors here: its id, the model's name and how to load it, width |
| photos | one row a file, whatever became of it |
| embeddings | one row a content: byte-identical files share it. fp16, little-endian |
| tombstones | ids that were searchable and are no longer, with the generation that they left in |

A photo's id never changes its vector and is never used twice: a file with new content gets a new
id. `source` is TEXT where the path is UTF-8, otherwise a BLOB of its bytes. `taken_at` is in
microseconds since 1970 of the camera's own clock. `media` holds bits, see records.MEDIA_BITS.

`generation` grows with every change that a search could see, before the first row of that change:
a photo's `since` and a tombstone's `generation` are those of the change. So the photos searchable
now are those of any earlier generation, without its newer tombstones, and with the photos `since`
then. Tombstones are kept back to generation `compacted`; what is older cannot be brought up to
date.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from photosearch.errors import (
    IndexDamaged,
    IndexLocked,
    IndexTooNew,
    PhotoSearchError,
    StorageError,
    UsageError,
)

SCHEMA = 2
FILE_NAME = "catalog.sqlite"
PAGE_BYTES = 4096
DURABILITY = "FULL"  # a batch that was reported is on the disk, even after a power cut
_BUSY_TIMEOUT_S = 10.0

# What schema 2 added; in TABLES it comes last, so that no older table lies on another page.
_HISTORY = (
    "CREATE INDEX photos_by_since ON photos(since)",
    "CREATE TABLE tombstones(id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)",
    """
CREATE TRIGGER photos_buried AFTER DELETE ON photos WHEN OLD.status = 'indexed' BEGIN
    INSERT OR REPLACE INTO tombstones
    VALUES (OLD.id, (SELECT value FROM meta WHERE key = 'generation')); END""",
)
TABLES = (
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL)",
    """
CREATE TABLE spaces(
    id INTEGER PRIMARY KEY, space TEXT NOT NULL UNIQUE, model TEXT NOT NULL, dim INTEGER NOT NULL,
    calibration_scale REAL NOT NULL, calibration_bias REAL NOT NULL)""",
    """
CREATE TABLE photos(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('indexed', 'pending', 'failed')),
    reason TEXT,
    content_hash TEXT,
    width INTEGER, height INTEGER,
    taken_at INTEGER, utc_offset_min INTEGER,
    latitude REAL, longitude REAL,
    camera TEXT,
    since INTEGER NOT NULL DEFAULT 0,
    favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1)),
    media INTEGER NOT NULL DEFAULT 0,
    CHECK(status != 'indexed' OR content_hash IS NOT NULL))""",
    "CREATE INDEX photos_by_content ON photos(content_hash)",
    "CREATE INDEX photos_by_size ON photos(size)",
    """
CREATE TABLE embeddings(
    content_hash TEXT PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES spaces(id),
    vector BLOB NOT NULL)""",
    *_HISTORY,
)
_ADD = "ALTER TABLE photos ADD COLUMN "
# Nothing is known of what changed before, so vectors.faiss is good if it is of this generation.
_UPGRADE = (
    _ADD + "since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE photos ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1))",
    _ADD + "media INTEGER NOT NULL DEFAULT 0",
    *_HISTORY,
    "INSERT OR REPLACE INTO meta SELECT 'compacted', value FROM meta WHERE key = 'generation'",
    f"UPDATE meta SET value = {SCHEMA} WHERE key = 'schema'",
)
GENERATION = "(SELECT value FROM meta WHERE key = 'generation')"  # in a statement of SQL

_STORAGE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "reading or writing failed (a full disk, a limit or a bad disk)",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_AUTH: "permission denied",
}
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code


def explain(error: sqlite3.Error, path: Path) -> PhotoSearchError:
    """What an SQLite error means to a person, and what they can do about it."""
    if isinstance(error, sqlite3.ProgrammingError):
        return UsageError(f"{path}: {error}; open the index again")
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexLocked(f"{path}: another process holds the catalog; try again when it is done")
    if code in _STORAGE:
        return StorageError(f"{path}: {_STORAGE[code]}; what was committed before is kept")
    return IndexDamaged(
        f"{path} is damaged ({error}). 'photosearch verify-index --repair' keeps what can still "
        "be read; a backup copy of the index folder keeps everything"
    )


class Catalog:
    """One connection to `catalog.sqlite`. SQLite's errors come out as PhotoSearchError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.db = self._connect("mode=rw")
        except StorageError:
            if not self._at_rest():
                raise
            self.db = self._connect("mode=ro&immutable=1")  # a medium that cannot be written to

    def _connect(self, how: str) -> sqlite3.Connection:
        with self.errors():
            db = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?{how}",
                uri=True,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,  # transactions are said in full, below
                check_same_thread=False,  # PhotoIndex holds a lock around every use
            )
            try:
                db.execute(f"PRAGMA synchronous={DURABILITY}")
                if self._schema(db) < SCHEMA:
                    self._upgrade(db)
            except BaseException:
                db.close()
                raise
        return db

    def _at_rest(self) -> bool:
        """Read-only, and no transaction lies in the write-ahead log: so nobody is writing."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return not os.access(self.path.parent, os.W_OK) and not log.exists()

    def _schema(self, db: sqlite3.Connection) -> int:
        row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        found = row[0] if row else None
        if not isinstance(found, int):
            raise IndexDamaged(f"{self.path}: schema: got {found!r}, expected a number")
        if found > SCHEMA:
            raise IndexTooNew(
                f"{self.path}: got schema {found}, this version reads up to {SCHEMA}; "
                "update photosearch, or index into another folder"
            )
        return found

    def _upgrade(self, db: sqlite3.Connection) -> None:
        """All of it or none of it."""
        try:
            db.execute("BEGIN IMMEDIATE")
            if self._schema(db) < SCHEMA:  # another process may have been first
                for statement in _UPGRADE:
                    db.execute(statement)
            db.execute("COMMIT")
        except sqlite3.Error as error:  # closing the connection rolls back
            cause = explain(error, self.path)
            if isinstance(cause, StorageError):
                raise StorageError(
                    f"{cause}. It was written by an earlier version: open it once where it can be "
                    "written to"
                ) from error
            raise cause from error

    def meta(self, key: str) -> object:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @property
    def generation(self) -> int:
        return self._number("generation")

    @property
    def history(self) -> range:
        """The generations that can be brought up to date; the last one is."""
        return range(self._number("compacted"), self.generation + 1)

    def _number(self, key: str) -> int:
        value = self.meta(key)
        if not isinstance(value, int):
            raise IndexDamaged(f"{self.path}: {key}: got {value!r}, expected a number")
        return value

    def next_generation(self) -> None:
        """Tells readers that the searchable photos change. Call inside `writing`, before the
        first change."""
        self.db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def compact(self, generation: int) -> None:
        """Forgets the tombstones up to a generation whose vectors.faiss is on the disk."""
        with self.writing() as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'compacted'", (generation,))
            db.execute("DELETE FROM tombstones WHERE generation <= ?", (generation,))

    def forget(self, contents: Iterable[str]) -> None:
        """Deletes the embeddings of these hashes that no photo has. Call inside `writing`.

        Once a batch, not once a photo: two files that swapped names keep both embeddings.
        """
        self.db.executemany(
            "DELETE FROM embeddings WHERE content_hash = ?1"
            " AND NOT EXISTS (SELECT 1 FROM photos WHERE content_hash = ?1)",
            [(content,) for content in contents],
        )

    def forget_unused(self) -> None:
        """Deletes embeddings that no photo has any more. Call inside `writing`."""
        used = "SELECT content_hash FROM photos WHERE content_hash IS NOT NULL"
        self.db.execute(f"DELETE FROM embeddings WHERE content_hash NOT IN ({used})")

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or none of it, on the disk when it returns."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One unchanging view, whatever a writer does meanwhile."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.errors():
            try:
                self.db.execute(begin)
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                self._rollback()
                raise

    def _rollback(self) -> None:
        if self.db.in_transaction:
            # SQLite may roll back by itself when the disk is full; the cause is on its way up
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")

    def close(self) -> None:
        self.db.close()


def forget_history(db: sqlite3.Connection) -> None:
    """A new generation that no earlier one can be brought up to. Call inside a transaction."""
    db.execute(
        "UPDATE meta SET value = 1 + max(value, (SELECT coalesce(max(since), 0) FROM photos),"
        " (SELECT coalesce(max(generation), 0) FROM tombstones)) WHERE key = 'generation'"
    )
    db.execute(f"INSERT OR REPLACE INTO meta VALUES ('compacted', {GENERATION})")
    db.execute("DELETE FROM tombstones")
