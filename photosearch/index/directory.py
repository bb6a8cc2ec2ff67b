"""The folder of an index: where it lies, how a new one is made, and the lock of its one writer."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import get_ident

from photosearch.atomic import storage_errors, sync_file, sync_folder, take_name
from photosearch.errors import IndexDamaged, IndexLocked, IndexMissing, UsageError
from photosearch.index.catalog import FILE_NAME as CATALOG_NAME
from photosearch.index.catalog import explain
from photosearch.index.migrations import PAGE_BYTES, SCHEMA, TABLES
from photosearch.index.texts.full_text import WORDS, has_fts5
from photosearch.index.vector_file import FILE_NAME as VECTORS_NAME
from photosearch.index.vector_file import KINDS

LOCK_NAME = "writer.lock"
UPGRADE_NAME = "upgrade.sqlite"  # vectors of a model to come, see upgrade/staging.py
# also the beginnings of temporary files that a killed process may have left
_OURS = (CATALOG_NAME, VECTORS_NAME, LOCK_NAME, UPGRADE_NAME)


def default_directory() -> Path:
    """Where the platform keeps a user's data: `<user data>/photosearch/default.photoindex`."""
    from platformdirs import user_data_path

    return user_data_path("photosearch", appauthor=False) / "default.photoindex"


def prepare_directory(directory: Path, *, create: bool, kind: str) -> Path:
    """The path of the catalog, which exists afterwards.

    Raises IndexMissing, IndexDamaged if only the catalog is missing, UsageError for a folder of
    other things, or StorageError.
    """
    if kind not in KINDS:
        raise UsageError(f"kind: got {kind!r}, expected one of {', '.join(KINDS)}")
    path = directory / CATALOG_NAME
    with storage_errors(directory):
        if path.exists():
            return path
        if directory.exists() and not directory.is_dir():
            raise UsageError(f"{directory}: got a file, expected the folder of a photo index")
        names = {entry.name for entry in directory.iterdir()} if directory.is_dir() else set()
    if VECTORS_NAME in names:
        raise IndexDamaged(
            f"{path} is missing: it holds the names of the photos. Restore it from a backup, or "
            f"delete {directory} and index again"
        )
    if not create:
        raise IndexMissing(f"no photo index at {directory}: make one with 'photosearch index'")
    others = [name for name in names if not name.startswith(_OURS)]
    if others:
        raise UsageError(
            f"{directory} holds other files ({min(others)}, …) and no photo index: "
            "choose an empty or a new folder for the index"
        )
    with storage_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    create_catalog(path, kind=kind)
    return path


def folder_bytes(folder: Path) -> int:
    """The size of the files directly inside, in bytes; one that goes away meanwhile counts 0."""
    total = 0
    for entry in folder.iterdir():
        with suppress(OSError):
            total += entry.stat().st_size
    return total


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Holds the lock of the one writer; it ends with the process. Readers need no lock.

    Raises IndexLocked at once if another process is writing.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(directory / LOCK_NAME, timeout=0)
    with storage_errors(directory):
        try:
            lock.acquire()
        except Timeout as error:  # an OSError too
            raise IndexLocked(
                f"{directory}: another process is writing to this index; "
                "searching works meanwhile, try to write again when it is done"
            ) from error
    try:
        yield
    finally:
        lock.release()


def create_catalog(path: Path, *, kind: str) -> None:
    """Creates an empty catalog under a temporary name and renames it; an existing one stays."""
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
            for statement in (*TABLES, *(WORDS if has_fts5(db) else ())):
                db.execute(statement)
            rows = [("schema", SCHEMA), ("kind", kind), ("generation", 0), ("compacted", 0)]
            db.executemany("INSERT INTO meta(key, value) VALUES (?, ?)", rows)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise explain(error, path) from error
