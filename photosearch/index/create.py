"""Makes an empty catalog, complete as soon as it is there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import get_ident

from photosearch.atomic import storage_errors, sync_file, sync_folder, take_name
from photosearch.index.catalog import explain
from photosearch.index.migrations import PAGE_BYTES, SCHEMA, TABLES


def create_catalog(path: Path, *, kind: str) -> None:
    """An empty catalog, complete as soon as it is there; one that exists is left as it is."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.new")
    with storage_errors(path):
        temporary.unlink(missing_ok=True)
        try:
            _fill_new(temporary, kind)
            sync_file(temporary)
            with suppress(FileExistsError):
                take_name(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)


def _fill_new(path: Path, kind: str) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous=OFF")  # the whole file is synced when it is done
            db.execute(f"PRAGMA page_size={PAGE_BYTES}")
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("BEGIN")
            for statement in TABLES:
                db.execute(statement)
            rows = [("schema", SCHEMA), ("kind", kind), ("generation", 0), ("compacted", 0)]
            db.executemany("INSERT INTO meta(key, value) VALUES (?, ?)", rows)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise explain(error, path) from error
