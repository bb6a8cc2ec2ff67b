"""Damage is found, named, and mended from what can still be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from photosearch.errors import IndexDamaged, IndexMissing
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import LOST, verify_index
from photosearch.testing import FakeEncoder

from .conftest import Draw, names

PAGE = 4096


@pytest.fixture
def many(tmp_path: Path, folder: Path, draw: Draw, encoder: FakeEncoder) -> Path:
    """A closed index of 120 photos, whose catalog has a few dozen pages."""
    for i in range(120):
        draw(f"{i:03}.png", "red" if i % 2 else "blue", width=i + 1)
    with PhotoIndex.open(tmp_path / "many.photoindex", encoder) as index:
        index.add([folder])
    return tmp_path / "many.photoindex"


def overwrite(path: Path, first_page: int, pages: int = 1) -> None:
    with path.open("r+b") as stream:
        stream.seek(first_page * PAGE)
        stream.write(b"\xa5" * PAGE * pages)


def test_a_sound_index_is_ok(full: PhotoIndex) -> None:
    report = full.verify()
    assert (report.ok, report.photos, report.vectors, report.problems) == (True, 8, 8, ())


def test_an_empty_index_is_ok(index: PhotoIndex) -> None:
    assert index.verify().ok


def test_a_place_without_an_index_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        verify_index(tmp_path / "nothing")


def test_lost_vectors_are_found_and_made_again(full: PhotoIndex, encoder: FakeEncoder) -> None:
    (full.directory / "vectors.faiss").unlink()
    assert "missing" in full.verify().problems[0]
    assert full.verify(repair=True).ok
    assert full.verify().problems == ()
    assert encoder.photos_encoded == 8


def test_vectors_of_other_photos_are_found(full: PhotoIndex, tmp_path: Path) -> None:
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("DELETE FROM photos WHERE id = 1")
    assert "other photos" in full.verify().problems[0]
    assert full.verify(repair=True).ok
    assert len(full.search("red", k=9)) == 7


def test_vectors_behind_the_catalog_are_no_damage(full: PhotoIndex) -> None:
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("UPDATE meta SET value = value + 1 WHERE key IN ('generation', 'compacted')")
    report = full.verify()
    assert report.ok
    assert "the next search renews it" in report.notes[0]
    full.verify(repair=True)
    assert full.verify().notes == ()


@pytest.mark.parametrize(
    "damage", ["DELETE FROM embeddings", "UPDATE embeddings SET vector = x'00'"]
)
def test_photos_without_an_embedding_wait_to_be_indexed_again(
    full: PhotoIndex, folder: Path, encoder: FakeEncoder, damage: str
) -> None:
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute(f"{damage} WHERE rowid = 1")
    assert "1 photos have no usable embedding" in full.verify().problems[0]
    full.verify(repair=True)
    assert full.status().reasons == {LOST: 1}
    assert full.add([folder]).added == 1
    assert encoder.photos_encoded == 9


@pytest.mark.parametrize("content", [b"", b"not a database" * 400, b"\0" * 9000])
def test_a_catalog_that_is_none_is_a_typed_error(
    many: Path, encoder: FakeEncoder, content: bytes
) -> None:
    (many / "catalog.sqlite").write_bytes(content)
    with pytest.raises(IndexDamaged, match="verify-index --repair"):
        PhotoIndex.open(many, encoder)
    assert not verify_index(many).ok


def test_a_catalog_with_nothing_to_read_is_not_thrown_away(many: Path) -> None:
    catalog = many / "catalog.sqlite"
    catalog.write_bytes(b"not a database" * 400)
    with pytest.raises(IndexDamaged, match="nothing can be read"):
        verify_index(many, repair=True)
    assert catalog.read_bytes() == b"not a database" * 400


def test_a_lost_catalog_is_not_replaced_by_an_empty_one(many: Path, encoder: FakeEncoder) -> None:
    (many / "catalog.sqlite").unlink()
    with pytest.raises(IndexDamaged, match="backup"):
        PhotoIndex.open(many, encoder)


def test_a_catalog_without_its_first_page_is_repaired_in_full(
    many: Path, encoder: FakeEncoder, folder: Path
) -> None:
    overwrite(many / "catalog.sqlite", 0)
    report = verify_index(many, repair=True)
    assert (report.photos, report.vectors) == (120, 120)
    with PhotoIndex.open(many, encoder) as index:
        assert index.add([folder]).unchanged == 120
    assert encoder.photos_encoded == 120
    assert (many / "catalog.sqlite.damaged").exists()


@pytest.mark.slow
def test_every_single_damaged_page_leaves_a_usable_index(
    many: Path, encoder: FakeEncoder, folder: Path
) -> None:
    catalog = many / "catalog.sqlite"
    good = catalog.read_bytes()
    kept = []
    lost_by_each = []
    for page in range(1, len(good) // PAGE):
        catalog.write_bytes(good)
        overwrite(catalog, page)
        verify_index(many, repair=True)
        with PhotoIndex.open(many, encoder) as index:
            kept.append(index.status().indexed)
            encoded = encoder.photos_encoded
            index.add([folder])
            assert set(names(index).values()) == {"indexed"}
            assert len(index.search("red", k=200)) == 120
        lost_by_each.append(encoder.photos_encoded - encoded)
    assert sorted(kept)[len(kept) // 4] > 60, kept
    # only the page that names the model costs all embeddings; any other those that lie on it
    assert sorted(lost_by_each)[-2] < 60, lost_by_each


def test_any_damaged_page_is_a_typed_error_or_harmless(
    many: Path, encoder: FakeEncoder, folder: Path
) -> None:
    catalog = many / "catalog.sqlite"
    good = catalog.read_bytes()
    for page in range(len(good) // PAGE):
        catalog.write_bytes(good)
        overwrite(catalog, page)
        with suppress(IndexDamaged), PhotoIndex.open(many, encoder) as index:
            index.search("red", k=200)
            index.status()
            list(index.photos())
            index.add([folder])
