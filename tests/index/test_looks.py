"""A file whose look changed is read; one whose bytes did not is not embedded again."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import ImageRefused
from photosearch.index.scan import _signed
from photosearch.index.store import PhotoIndex

from .conftest import Draw


@pytest.fixture
def catalog(full: PhotoIndex) -> Any:
    """The index's catalog, for changes behind its back."""
    with closing(sqlite3.connect(full.directory / "catalog.sqlite", isolation_level=None)) as db:
        yield db


@pytest.fixture
def undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be decoded, and so nothing embedded."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("photosearch.index.prefetch.load_photo", refuse)


@pytest.fixture
def unread(undecoded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file may be read at all."""

    def refuse(path: Path) -> None:
        raise AssertionError(f"read: {path}")

    monkeypatch.setattr("photosearch.index.prefetch.whole_file", refuse)


def edit(path: Path, other: Path) -> None:
    """Puts another photo there that has the same size and time of modification."""
    status = path.stat()
    size = max(status.st_size, other.stat().st_size)
    path.write_bytes(other.read_bytes().ljust(size, b"\0"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def looks(catalog: sqlite3.Connection) -> list[tuple[int, int]]:
    return catalog.execute("SELECT ctime_ns, inode FROM photos ORDER BY source").fetchall()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_edit_that_keeps_size_and_time_is_seen(
    index: PhotoIndex, folder: Path, draw: Draw, tmp_path: Path, is_replaced: bool
) -> None:
    path, other = draw("one.png", "red"), draw("two.png", "blue")
    path.write_bytes(path.read_bytes().ljust(200, b"\0"))
    other.write_bytes(other.read_bytes().ljust(200, b"\0"))
    index.add([path])
    before = path.stat()
    if is_replaced:
        shutil.copy2(path, tmp_path / "new.png")
        edit(tmp_path / "new.png", other)
        (tmp_path / "new.png").replace(path)
    else:
        edit(path, other)
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    assert index.add([path]).updated == 1
    assert index.add([path]).unchanged == 1


def test_a_chmod_costs_a_look_at_the_bytes_and_no_more(
    full: PhotoIndex, folder: Path, eight: list[Path], undecoded: None, catalog: Any
) -> None:
    before = looks(catalog)
    eight[0].chmod(0o600)
    assert full.add([folder]).unchanged == 8
    assert len(set(before) ^ set(looks(catalog))) == 2
    generation = full.status().generation
    full.add([folder])
    assert full.status().generation == generation


def test_what_an_earlier_version_did_not_note_is_noted_without_reading(
    full: PhotoIndex, folder: Path, eight: list[Path], catalog: sqlite3.Connection, unread: None
) -> None:
    before = looks(catalog)
    catalog.execute("UPDATE photos SET ctime_ns = NULL, inode = NULL")
    assert full.add([folder]).unchanged == 8
    assert looks(catalog) == before
    assert before[0] == (eight[0].stat().st_ctime_ns, _signed(eight[0].stat().st_ino))


def test_files_that_a_mount_numbered_anew_are_not_read(
    full: PhotoIndex, folder: Path, catalog: sqlite3.Connection, unread: None
) -> None:
    before = looks(catalog)
    catalog.execute("UPDATE photos SET inode = inode + 1")
    assert full.add([folder]).unchanged == 8
    assert looks(catalog) == before


def test_a_change_that_cannot_be_read_now_is_read_later(
    full: PhotoIndex, folder: Path, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_of = eight[1].read_bytes()
    status = eight[0].stat()
    size = max(status.st_size, len(draw_of))
    eight[0].write_bytes(draw_of.ljust(size, b"\0"))

    def refused(path: Path) -> None:
        raise ImageRefused("cannot be read: permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("photosearch.index.prefetch.whole_file", refused)
        assert len(full.add([folder]).skipped) == 1
    assert full.add([folder]).updated == 1


@pytest.mark.parametrize(
    ("inode", "kept"), [(5, 5), (2**63, -(2**63)), (2**64 - 1, -1), (2**100 + 7, 7)]
)
def test_inodes_fit_into_64_bits(inode: int, kept: int) -> None:
    assert _signed(inode) == kept
