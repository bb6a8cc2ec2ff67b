"""The tables: what they remember of changes, and how older ones are repaired."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from photosearch.index import scan
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import verify_index
from photosearch.testing import FakeEncoder

from .conftest import Draw

_BACK = """
DROP TRIGGER photos_buried; DROP TABLE tombstones; DROP INDEX photos_by_since;
ALTER TABLE photos DROP COLUMN since; ALTER TABLE photos DROP COLUMN favourite;
ALTER TABLE photos DROP COLUMN media; ALTER TABLE photos DROP COLUMN ctime_ns;
ALTER TABLE photos DROP COLUMN inode; ALTER TABLE photos DROP COLUMN sidecars;
DROP TABLE exclusions; DROP TABLE left_out; DELETE FROM meta WHERE key = 'compacted';
UPDATE meta SET value = 1 WHERE key = 'schema';
"""


def rows(directory: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(directory / "catalog.sqlite")) as db:
        return db.execute(query).fetchall()


@pytest.fixture
def old(full: PhotoIndex) -> Path:
    """An index as the first version wrote it."""
    full.close()
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db:
        db.executescript(_BACK)
    return full.directory


def test_an_older_catalog_without_its_first_page_is_repaired_in_full(
    old: Path, encoder: FakeEncoder
) -> None:
    with (old / "catalog.sqlite").open("r+b") as stream:
        stream.write(bytes(4096))
    assert verify_index(old, repair=True).vectors == 8
    with PhotoIndex.open(old, encoder) as index:
        assert len(index.search("red", k=9)) == 8


def test_an_older_catalog_whose_rows_are_damaged_is_repaired(
    tmp_path: Path, folder: Path, draw: Draw, encoder: FakeEncoder
) -> None:
    for i in range(120):
        draw(f"{i:03}.png", width=i + 1)
    place = tmp_path / "many.photoindex"
    with PhotoIndex.open(place, encoder) as index:
        index.add([folder])
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db:
        db.executescript(_BACK)
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'spaces'").fetchone()
    with (place / "catalog.sqlite").open("r+b") as stream:
        stream.seek((page + 20) * 4096)  # some leaf of photos, their indexes or embeddings
        stream.write(b"\xa5" * 4096)
    verify_index(place, repair=True)
    with PhotoIndex.open(place, encoder) as index:
        assert index.status().indexed > 60
        index.add([folder])
        assert len(index.search("red", k=200)) == 120


def test_a_repair_keeps_what_is_known_of_a_photo(full: PhotoIndex) -> None:
    marks = "SELECT id, favourite, media, since, ctime_ns, inode, sidecars FROM photos ORDER BY id"
    path = full.directory / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE photos SET favourite = id % 2, media = id, ctime_ns = 7, inode = -id,"
            " sidecars = 9"
        )
    before = rows(full.directory, marks)
    full.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as stream:
        stream.write(bytes(4096))
    assert verify_index(full.directory, repair=True).repaired
    assert rows(full.directory, marks) == before


def test_a_photo_of_which_more_is_read_now_keeps_its_id(
    full: PhotoIndex, draw: Draw, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when an earlier version did not look for favourites."""
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("UPDATE photos SET width = 1, favourite = 1 WHERE id = 1")
    before = rows(full.directory, "SELECT id, since FROM photos ORDER BY id")
    monkeypatch.setattr(scan, "_MOST_CANDIDATES", 0)  # so that it is decoded again
    generation = full.status().generation
    path = next(full.photos()).path
    path.touch()
    assert full.add([path]).unchanged == 1
    assert full.status().generation == generation + 1
    assert rows(full.directory, "SELECT id, since FROM photos ORDER BY id") == before
    assert rows(full.directory, "SELECT width, favourite FROM photos WHERE id = 1") == [(8, 0)]


def test_every_photo_knows_since_when_it_can_be_found(full: PhotoIndex, draw: Draw) -> None:
    before = full.status().generation
    draw("new.png", width=20)
    full.add([draw("newer.png", width=21).parent])
    since = [row[0] for row in rows(full.directory, "SELECT since FROM photos ORDER BY id")]
    assert since == [*range(1, before + 1), before + 1, before + 2]


def test_a_removed_photo_leaves_its_id_until_the_vectors_are_renewed(
    full: PhotoIndex, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = full.status().generation
    monkeypatch.setattr(full._vectors, "publish", lambda _: None)
    full.remove([eight[2], eight[4]])
    left = rows(full.directory, "SELECT * FROM tombstones")
    assert [left_in for _, left_in in left] == [generation + 1] * 2
    monkeypatch.undo()
    full.remove([eight[5]])
    assert rows(full.directory, "SELECT * FROM tombstones") == []
    assert rows(full.directory, "SELECT value FROM meta WHERE key = 'compacted'") == [
        (generation + 2,)
    ]


def test_a_photo_that_was_never_found_leaves_nothing(full: PhotoIndex, folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    full.add([folder])
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("DELETE FROM photos WHERE status = 'failed'")
        assert db.execute("SELECT count(*) FROM tombstones").fetchone() == (0,)


def test_repaired_catalogs_start_a_new_history(full: PhotoIndex) -> None:
    generation = full.status().generation
    full.verify(repair=True)
    assert full.status().generation == generation
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("DELETE FROM embeddings WHERE rowid = 1")
    full.verify(repair=True)
    assert full._catalog.history == range(generation + 1, generation + 2)
