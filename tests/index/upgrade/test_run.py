"""An index becomes one of another model: nothing is lost, and a run that was stopped goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from photosearch.encoder import Bytes, Floats
from photosearch.errors import MassRemoval, StorageError, WrongSpace
from photosearch.index import PhotoIndex, pipeline
from photosearch.index.directory import UPGRADE_NAME
from photosearch.testing import FakeEncoder

from ..conftest import Draw

KILLED = """
import os, sys
from photosearch.index import pipeline
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder

class Told(FakeEncoder):
    def encode_pixels(self, pixels):
        os.write(1, b"embedding\\n")
        return super().encode_pixels(pixels)

pipeline.BATCH = 1
with PhotoIndex.open(sys.argv[1]) as index:
    index.upgrade(Told(name="new", dim=16))
"""
KEPT = "id, source, status, size, taken_at, latitude, camera, favourite, media"
NEW = FakeEncoder(name="new", dim=16)


def rows(index: PhotoIndex, columns: str = KEPT) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(index.directory / "catalog.sqlite")) as db:
        return db.execute(f"SELECT {columns} FROM photos ORDER BY id").fetchall()


class Stopping(FakeEncoder):
    """Stops at its third batch, by Ctrl-C or as a full disk does."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(name="new", dim=16)
        self.error, self.batches = error, 0

    def encode_pixels(self, pixels: Bytes) -> Floats:
        self.batches += 1
        if self.batches == 3:
            raise self.error
        return super().encode_pixels(pixels)


def test_ids_metadata_and_exclusions_stay(described: PhotoIndex) -> None:
    described.exclude(["*.gif"])
    before, exclusions = rows(described), described.status().exclusions
    report = described.upgrade(NEW)
    assert rows(described) == before
    assert described.status().exclusions == exclusions
    assert (report.indexed, report.embedded, report.space) == (10, 8, NEW.space)
    assert described.verify().ok
    assert described.search("red")[0].path.name == "red.png"
    assert not list(described.directory.glob(f"{UPGRADE_NAME}*"))
    with PhotoIndex.open(described.directory, NEW) as again:
        assert len(again.search("red")) == 10


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StorageError("the disk is full")])
def test_a_run_that_is_stopped_leaves_the_old_index_and_is_gone_on_with(
    full: PhotoIndex, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 2)
    before = [(hit.id, hit.score) for hit in full.search("red")]
    if isinstance(error, KeyboardInterrupt):
        assert full.upgrade(Stopping(error)).interrupted
    else:
        with pytest.raises(StorageError):
            full.upgrade(Stopping(error))
    with PhotoIndex.open(full.directory, FakeEncoder()) as old:
        assert [(hit.id, hit.score) for hit in old.search("red")] == before
    report = full.upgrade(NEW)
    assert (report.resumed, report.embedded, report.indexed) == (4, 4, 8)


def test_photos_that_are_not_there_stop_it_before_any_work(
    full: PhotoIndex, eight: list[Path]
) -> None:
    away = eight[0].parent.rename(eight[0].parent.with_name("away"))
    new = FakeEncoder(name="new")
    with pytest.raises(MassRemoval, match="4 of 8 photos cannot be read"):
        full.upgrade(new)
    assert new.photos_encoded == 0
    assert full.status().indexed == 8
    before = rows(full, "id, source")
    assert len(full.upgrade(new, allow_removal=True).pending) == 4
    assert rows(full, "id, source") == before
    away.rename(eight[0].parent)
    full.add([eight[0].parent])
    assert rows(full, "id, source") == before
    assert full.status().indexed == 8


def test_a_copy_stands_in_for_a_file_that_is_gone(described: PhotoIndex, eight: list[Path]) -> None:
    eight[0].unlink()
    assert described.upgrade(NEW).indexed == 10


def test_a_file_with_other_content_is_indexed_as_it_is_now(full: PhotoIndex, draw: Draw) -> None:
    (number,) = [photo.id for photo in full.photos() if photo.path.name == "red.png"]
    draw("b/red.png", "blue", width=30)
    report = full.upgrade(NEW)
    assert (report.reread, report.indexed) == (1, 8)
    assert number not in {photo.id for photo in full.photos()}
    red = full.encoder.encode_texts(["red"])[0]
    assert full.search_vector(red)[0].path.name != "red.png"


def test_a_damaged_or_foreign_staging_file_is_made_anew(full: PhotoIndex) -> None:
    (full.directory / UPGRADE_NAME).write_bytes(b"no database" * 999)
    assert full.upgrade(NEW).embedded == 8


def test_a_recovered_catalog_takes_no_vector_of_the_former_model(full: PhotoIndex) -> None:
    """Their pages are free now, and a recovery looks there too."""
    full.upgrade(FakeEncoder(name="new"))
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        spaces = {row[0] for row in db.execute("SELECT space FROM embeddings")}
        assert spaces == {row[0] for row in db.execute("SELECT id FROM spaces")} == {2}


def test_an_index_of_that_model_has_nothing_to_do(full: PhotoIndex) -> None:
    report = full.upgrade(FakeEncoder())
    assert (report.embedded, report.indexed) == (0, 8)


def test_an_index_that_another_process_upgraded_is_refused(full: PhotoIndex) -> None:
    with PhotoIndex.open(full.directory) as other:
        other.upgrade(FakeEncoder(name="new"))
    with pytest.raises(WrongSpace, match="upgrade-index"):
        full.search("red")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_run_ends_as_one_that_was_not(full: PhotoIndex, tmp_path: Path) -> None:
    for batches in range(1, 9):
        place = tmp_path / f"{batches}.photoindex"
        shutil.copytree(full.directory, place)
        command = [sys.executable, "-c", KILLED, str(place)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(batches):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        with PhotoIndex.open(place) as index:
            assert index.verify().ok
            assert index.status().indexed == 8
            assert index.upgrade(NEW).indexed == 8
            assert rows(index) == rows(full)
            assert index.verify().ok
            assert len(index.search("red")) == 8


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_that_must_not_be_read_stops_it(
    full: PhotoIndex, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusal is made here: root may read everything."""
    real = Path.stat

    def refused(path: Path, **how: bool) -> os.stat_result:
        if path.parent == eight[0].parent:
            raise PermissionError(13, "Permission denied")
        return real(path, **how)

    monkeypatch.setattr(Path, "stat", refused)
    with pytest.raises(MassRemoval, match=r"4 of 8 .*permission denied"):
        full.upgrade(NEW)
    assert full.status().space == FakeEncoder().space
