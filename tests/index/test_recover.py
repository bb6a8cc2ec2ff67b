"""Embeddings read from pages agree with those read by SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.index import recover
from photosearch.index.migrations import PAGE_BYTES
from photosearch.index.recover import embeddings_on_pages
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder

from .conftest import Draw


@pytest.mark.parametrize("dim", [8, 384, 1900])
def test_all_rows_are_found_on_the_pages_of_a_sound_catalog(
    tmp_path: Path, folder: Path, draw: Draw, dim: int
) -> None:
    for i in range(40):
        draw(f"{i}.png", width=i + 1)
    with PhotoIndex.open(tmp_path / "i", FakeEncoder(dim=dim)) as index:
        index.add([folder])
    path = tmp_path / "i" / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as db:
        expected = db.execute("SELECT * FROM embeddings").fetchall()
    assert sorted(embeddings_on_pages(path)) == sorted(expected)
    assert len(expected) == 40


@given(st.binary(max_size=200), st.integers(0, 250))
def test_no_bytes_are_too_strange(start: bytes, cells: int) -> None:
    page = bytes([13, 0, 0, 0, cells, 0, 0, 0]) + start
    list(recover._rows_of(page * (PAGE_BYTES // len(page)) + bytes(PAGE_BYTES % len(page))))
