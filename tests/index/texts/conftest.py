"""Catalogs with texts, and an SQLite without FTS5."""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photosearch.index.catalog import Catalog
from photosearch.index.catalog_batch import insert_indexed
from photosearch.index.directory import create_catalog
from photosearch.index.rows import info_row
from photosearch.types import PhotoTexts

Add = Callable[..., int]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty one."""
    create_catalog(tmp_path / "catalog.sqlite", kind="SQ8")
    opened = Catalog(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def add(catalog: Catalog) -> Add:
    """Adds a photo: add("/p/a/1.jpg", title="…", recognised="…") -> id."""

    def insert(source: str | bytes, *, recognised: str | None = None, **words: Any) -> int:
        with catalog.writing() as db:
            (count,) = db.execute("SELECT count(*) FROM photos").fetchone()
            look = (source, (1, 1, 0), f"{count:064x}", info_row(None))
            texts = PhotoTexts(**words) if words else None
            insert_indexed(db, *look, texts=texts, recognised=recognised)
            return int(count) + 1

    return insert


def without_modules(db: sqlite3.Connection) -> sqlite3.Connection:
    """Takes FTS5 and all other modules from a connection, as an SQLite that was built without."""
    import _sqlite3

    library = ctypes.CDLL(_sqlite3.__file__)
    if not hasattr(library, "sqlite3_drop_modules"):
        pytest.skip("this Python does not show the functions of its SQLite")
    # the first member of a Connection, behind what every object of Python has
    handle = ctypes.c_void_p.from_address(id(db) + object.__basicsize__)
    library.sqlite3_drop_modules(handle, None)
    return db


@pytest.fixture
def no_fts5(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it: every connection from then on has no FTS5."""

    def take(*args: Any, connect: Any = sqlite3.connect, **words: Any) -> sqlite3.Connection:
        return without_modules(connect(*args, **words))

    return lambda: monkeypatch.setattr(sqlite3, "connect", take)
