"""One connection to `catalog.sqlite`: transactions, generations, and SQLite's errors in words.

migrations.py holds its tables and says what is in them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from photosearch.errors import (
    CatalogDamaged,
    IndexLocked,
    IndexTooNew,
    PhotoSearchError,
    StorageError,
    UsageError,
)
from photosearch.index.migrations import MIGRATIONS, SCHEMA
from photosearch.index.texts.full_text import has_fts5, is_in_step, let_go, make_words

FILE_NAME = "catalog.sqlite"
DURABILITY = "FULL"  # a batch that was reported is on the disk, even after a power cut
_BUSY_TIMEOUT_S = 10.0

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
        return UsageError(f"{path}: {str(error).rstrip('.')}; open the index again")
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexLocked(f"{path}: another process holds the catalog; try again when it is done")
    if code in _STORAGE:
        return StorageError(f"{path}: {_STORAGE[code]}; what was committed before is kept")
    return CatalogDamaged(
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
                self._has_fts5 = has_fts5(db)
                if self._has_fts5 and not is_in_step(db):
                    _renew_words(db)
            except BaseException:
                db.close()
                raise
        return db

    def _at_rest(self) -> bool:
        """Whether the folder is read-only and there is no write-ahead log, so nobody writes."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return not os.access(self.path.parent, os.W_OK) and not log.exists()

    def _schema(self, db: sqlite3.Connection) -> int:
        row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        found = row[0] if row else None
        if not isinstance(found, int) or found < min(MIGRATIONS):
            raise CatalogDamaged(
                f"{self.path}: schema: got {found!r}, expected {min(MIGRATIONS)} to {SCHEMA}"
            )
        if found > SCHEMA:
            raise IndexTooNew(
                f"{self.path}: got schema {found}, this version reads up to {SCHEMA}; "
                "update photosearch, or index into another folder"
            )
        return found

    def _upgrade(self, db: sqlite3.Connection) -> None:
        """Upgrades any older schema to the newest, in one transaction."""
        from photosearch.index.texts.text_rows import fill_texts

        try:
            db.execute("BEGIN IMMEDIATE")
            # read again: another process may have been first
            for schema in range(self._schema(db), SCHEMA):
                for statement in MIGRATIONS[schema]:
                    db.execute(statement)
            fill_texts(db)
            if has_fts5(db):
                make_words(db)
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (SCHEMA,))
            db.execute("COMMIT")
        except sqlite3.Error as error:  # closing the connection rolls back
            cause = explain(error, self.path)
            if isinstance(cause, StorageError):
                raise StorageError(
                    f"{cause}. It was written by an earlier version: open it once where it can be "
                    "written to"
                ) from error
            raise cause from error

    def has_words(self) -> bool:
        """Whether words can be looked for: this SQLite has FTS5, and the words are in step."""
        return self._has_fts5 and is_in_step(self.db)

    def meta(self, key: str) -> object:
        """A value of the table `meta`; None if it is not there."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @property
    def generation(self) -> int:
        """The present one: it grows with every change that a search could see."""
        return self._number("generation")

    @property
    def history(self) -> range:
        """The generations from which changes are known; the last one is the present one."""
        return range(self._number("compacted"), self.generation + 1)

    def _number(self, key: str) -> int:
        value = self.meta(key)
        if not isinstance(value, int):
            raise CatalogDamaged(f"{self.path}: {key}: got {value!r}, expected a number")
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

    def first_source(self, low: str | bytes, high: str | bytes) -> str | bytes | None:
        """The first source, by its bytes, from `low` up to but without `high`."""
        query = "SELECT source FROM photos WHERE source >= ? AND source < ? ORDER BY source LIMIT 1"
        with self.errors():
            row = self.db.execute(query, (low, high)).fetchone()
        return row[0] if row else None

    def delete_photos(self, condition: str, values: Sequence[int | str | bytes]) -> int:
        """Deletes the photos that meet a condition of SQL; returns how many. Call inside `writing`.

        Their embeddings stay until `forget` or `forget_unused`.
        """
        return self.db.execute(f"DELETE FROM photos WHERE {condition}", values).rowcount

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
        """SQLite's errors as PhotoSearchError."""
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on the disk when the block ends, or rolled back if it fails."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            if not self._has_fts5:
                let_go(db)
            yield db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that reads one state, whatever a writer does meanwhile."""
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
        """Closes the connection; a transaction that is open is rolled back."""
        self.db.close()


def _renew_words(db: sqlite3.Connection) -> None:
    """Makes the words again, unless the catalog cannot be written now: the next one tries again."""
    try:
        db.execute("BEGIN IMMEDIATE")
        make_words(db)
        db.execute("COMMIT")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
