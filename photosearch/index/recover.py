"""Recovers a damaged catalog: every row that can still be read goes into a new one.

Rows are read by ranges of their row number, from the table itself and not from its indexes; a
range that fails is halved until only the unreadable rows are left out; embeddings, the dearest,
are then looked for on every page. If even the first page is gone, a fresh one takes its place:
every catalog is laid out by the same statements, so the first page differs only in its counts, and
in an older one only in what was added at the end. Tombstones are left behind: they are good for
bringing vectors of an earlier generation up to date, and whether any is lost cannot be known.
Where tables of later schemas lie in an upgraded catalog only its own first page says, so they are
lost with it: exclusions have to be given again, and the next run counts anew what it leaves out and
reads the texts again. The full-text index is made anew.

An embedding belongs to a content hash whatever else is lost, so one found on any page, even a page
no longer in use, is right. Photos are not read so: a removed one would come back. The format of
pages: https://sqlite.org/fileformat2.html, sections 1.6 (b-tree pages), 2.1 (records).
"""

from __future__ import annotations

import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeAlias

from photosearch.atomic import storage_errors, sync_folder
from photosearch.errors import IndexDamaged
from photosearch.index.catalog import explain
from photosearch.index.directory import create_catalog
from photosearch.index.migrations import PAGE_BYTES, TABLES_OF_SCHEMA_1, forget_history
from photosearch.index.texts.text_rows import fill_texts

_TABLES = ("meta", "spaces", "photos", "embeddings")  # of schema 1: always on the same pages
_LATER_TABLES = ("exclusions", "left_out", "texts")
_SIDES = ("-wal", "-shm")
_KEPT = ".damaged"
_VERSIONS_AT, _WAL = 18, b"\2\2"  # of the file format: with a write-ahead log
_PAGE_COUNT_AT = 28  # byte offset in the first page, u32 big-endian (sqlite.org/fileformat2)
_FREE_PAGES_AT = 32  # two u32: the first free page and how many, both zero: none
_MOST_ROWS = 1 << 40
_FIRST_RANGE = 1 << 12
Embedding: TypeAlias = tuple[str, int, bytes]  # content hash, space, vector

_TABLE_LEAF = 13  # the first byte of a page that holds rows
_POINTERS_AT = 8
_MOST_LOCAL = PAGE_BYTES - 35  # a larger row goes on elsewhere; that is a width over 1,900
_HASH_TYPE = 13 + 2 * 64  # serial type of a text of 64 bytes
_FIRST_BLOB_TYPE = 12
_SMALL_INTS = {1: 1, 8: 0, 9: 0}  # serial type -> bytes; 8 and 9 stand for the values 0 and 1


def recover_catalog(path: Path) -> None:
    """Replaces the catalog by one with all that can be read; the damaged one is kept beside it.

    Call under the writer lock. Raises IndexDamaged, with nothing changed, if nothing can be read.
    """
    work, fresh = path.with_name(f"{path.name}.work"), path.with_name(f"{path.name}.fresh")
    with storage_errors(path):
        for leftover in (*_family(work), *_family(fresh)):
            leftover.unlink(missing_ok=True)
        try:
            _copy(path, work)
            create_catalog(fresh, kind="SQ8")
            if not _transfer(work, fresh, (*_TABLES, *_LATER_TABLES)):
                _new_first_page(work, _schema_1())
                if not _transfer(work, fresh, _TABLES):
                    raise IndexDamaged(
                        f"{path}: nothing can be read; delete the index folder "
                        "and index again, or restore a backup"
                    )
            _swap(path, fresh)
        finally:
            for leftover in (*_family(work), *_family(fresh)):
                leftover.unlink(missing_ok=True)


def _family(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + side) for side in _SIDES)]


def _copy(source: Path, target: Path) -> None:
    for old, new in zip(_family(source)[:2], _family(target)[:2], strict=True):
        if old.exists():  # the write-ahead log holds the newest transactions
            shutil.copyfile(old, new)


def _transfer(damaged: Path, fresh: Path, tables: tuple[str, ...]) -> int:
    """Copies every readable row; returns how many photos and embeddings."""
    try:
        with (
            closing(sqlite3.connect(damaged, isolation_level=None)) as source,
            closing(sqlite3.connect(fresh, isolation_level=None)) as target,
        ):
            source.execute("PRAGMA cell_size_check=ON")
            target.execute("BEGIN")
            counts = {table: _copy_rows(source, target, table) for table in tables}
            counts["embeddings"] += _copy_lost_embeddings(damaged, target)
            fill_texts(target)
            forget_history(target)
            target.execute("COMMIT")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise explain(error, fresh) from error
    return counts["photos"] + counts["embeddings"]


def _copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    count, known = 0, _columns(target, table)
    columns = [name for name in _columns(source, table) if name in known]
    if not columns:  # an older catalog, or nothing of the table can be read
        return 0
    insert = f"INSERT OR REPLACE INTO {table}({', '.join(columns)})"
    values = f"VALUES ({', '.join('?' * len(columns))})"
    for row in _rows(source, table, columns):
        if table == "meta" and row[0] == "schema":
            continue  # the new catalog has its own
        with suppress(sqlite3.IntegrityError):  # a damaged row may break a rule
            target.execute(f"{insert} {values}", row)
            count += 1
    return count


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table: fewer in an older catalog, none if it cannot be read."""
    with suppress(sqlite3.DatabaseError):
        return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    return []


def _copy_lost_embeddings(damaged: Path, target: sqlite3.Connection) -> int:
    """Copies embeddings from pages that no table leads to, if their space is known."""
    insert = """INSERT OR IGNORE INTO embeddings SELECT ?1, ?2, ?3
        WHERE EXISTS (SELECT 1 FROM spaces WHERE id = ?2 AND 2 * dim = length(?3))"""
    return target.executemany(insert, embeddings_on_pages(damaged)).rowcount


def _rows(db: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[object, ...]]:
    query = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ?"
    start, width = 1, _FIRST_RANGE
    last = _last(db, table)
    while start <= last:
        yield from _range(db, query, start, min(start + width - 1, last))
        start += width


def _last(db: sqlite3.Connection, table: str) -> int:
    """The greatest row number; where that cannot be read, a bound on it."""
    try:
        return int(db.execute(f"SELECT max(rowid) FROM {table} NOT INDEXED").fetchone()[0] or 0)
    except sqlite3.DatabaseError:
        pages = 0
        with suppress(sqlite3.DatabaseError):
            pages = int(db.execute("PRAGMA page_count").fetchone()[0])
        return min(_MOST_ROWS, pages * 64)


def _range(
    db: sqlite3.Connection, query: str, first: int, last: int
) -> Iterator[tuple[object, ...]]:
    try:
        rows = db.execute(query, (first, last)).fetchall()
    except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError):
        if first < last:
            middle = (first + last) // 2
            yield from _range(db, query, first, middle)
            yield from _range(db, query, middle + 1, last)
        return
    yield from rows


def _schema_1() -> bytes:
    """An empty catalog whose first page names the tables of schema 1, and no others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(f"PRAGMA page_size={PAGE_BYTES}")
            for statement in TABLES_OF_SCHEMA_1:
                db.execute(statement)
        return path.read_bytes()


def _new_first_page(work: Path, new: bytes) -> None:
    pages = work.stat().st_size // PAGE_BYTES
    if pages == 0:
        return
    page, pages = bytearray(new[:PAGE_BYTES]), max(pages, len(new) // PAGE_BYTES)
    struct.pack_into(">I", page, _PAGE_COUNT_AT, pages)
    struct.pack_into(">II", page, _FREE_PAGES_AT, 0, 0)
    page[_VERSIONS_AT : _VERSIONS_AT + 2] = _WAL
    with work.open("r+b") as stream:
        stream.write(page)
        stream.truncate(pages * PAGE_BYTES)  # every table of the page has a place in the file


def _swap(path: Path, fresh: Path) -> None:
    for old in _family(path):
        if old.exists():
            old.replace(old.with_name(old.name + _KEPT))
    for side in _family(fresh)[1:]:
        side.unlink(missing_ok=True)
    fresh.replace(path)
    sync_folder(path.parent)


def embeddings_on_pages(path: Path) -> Iterator[Embedding]:
    """Every row of the table `embeddings` on an undamaged page, read a page at a time."""
    with path.open("rb") as stream:
        while len(page := stream.read(PAGE_BYTES)) == PAGE_BYTES:
            if page[0] == _TABLE_LEAF:
                yield from _rows_of(page)


def _rows_of(page: bytes) -> Iterator[Embedding]:
    (count,) = struct.unpack_from(">H", page, 3)
    if _POINTERS_AT + 2 * count > PAGE_BYTES:
        return
    for start in struct.unpack_from(f">{count}H", page, _POINTERS_AT):
        row = _row_at(page, start)
        if row is not None:
            yield row


def _row_at(page: bytes, start: int) -> Embedding | None:
    """The cell at an offset, if it is a text of 64 hex digits, a small integer and a blob."""
    try:
        size, at = _varint(page, start)
        _, at = _varint(page, at)  # the row number
        header, types_at = _varint(page, at)
        types = []
        while types_at < at + header:
            kind, types_at = _varint(page, types_at)
            types.append(kind)
    except IndexError:
        return None
    fits = size <= _MOST_LOCAL and at + size <= PAGE_BYTES
    if not fits or len(types) != 3 or types[0] != _HASH_TYPE or types[1] not in _SMALL_INTS:
        return None
    space_at = at + header + 64
    vector_at = space_at + _SMALL_INTS[types[1]]
    is_blob = types[2] >= _FIRST_BLOB_TYPE and types[2] % 2 == 0
    if not is_blob or vector_at + (types[2] - _FIRST_BLOB_TYPE) // 2 != at + size:
        return None
    name = page[at + header : space_at].decode("ascii", "replace")
    space = page[space_at] if types[1] == 1 else types[1] - 8
    return (name, space, page[vector_at : at + size]) if _is_hex(name) else None


def _is_hex(name: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in name)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, 7 bits each (all 8 of a ninth), and where the next one starts."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | page[place] & 0x7F
        if page[place] < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9
