"""A reader follows a writer that has not renewed vectors.faiss yet."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.errors import ShapeError, StorageError
from photosearch.index import nearest, searchable_vectors
from photosearch.index.catalog import Catalog
from photosearch.index.directory import create_catalog
from photosearch.index.migrations import GENERATION
from photosearch.index.rows import claim_space, encode_vector, encoder_space
from photosearch.index.searchable_vectors import SearchableVectors, VectorStore
from photosearch.index.store import PhotoIndex
from photosearch.index.vector_file import KINDS, Vectors, build_vectors, read_chunks
from photosearch.index.verify import verify_index
from photosearch.progress import Progress
from photosearch.testing import FakeEncoder
from photosearch.types import Filter, Hit

from .conftest import Draw

DIM = 8


@pytest.fixture
def writer(full: PhotoIndex, monkeypatch: pytest.MonkeyPatch) -> PhotoIndex:
    """Commits, and leaves vectors.faiss as it is."""
    monkeypatch.setattr(full._vectors, "publish", lambda _: None)
    return full


@pytest.fixture
def reader(full: PhotoIndex, encoder: FakeEncoder) -> Iterator[PhotoIndex]:
    with PhotoIndex.open(full.directory, encoder) as index:
        yield index


@pytest.fixture
def no_rebuilding(reader: PhotoIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the reader reads neither the catalog nor the file in full."""
    reader.search("red")
    monkeypatch.setattr(reader._vectors, "_open", None)


def found(hits: list[Hit]) -> list[tuple[int, str]]:
    return [(hit.id, hit.path.name) for hit in hits]


def test_new_photos_are_found_at_once(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, no_rebuilding: None
) -> None:
    draw("new.png", "red", width=30)
    writer.add([draw("newer.png", "blue", width=31).parent])
    hits = reader.search("red", 20)
    assert {hit.path.name for hit in hits} >= {"new.png", "newer.png"}
    assert len(hits) == 10


def test_removed_photos_are_found_no_more(
    writer: PhotoIndex, reader: PhotoIndex, eight: list[Path], no_rebuilding: None
) -> None:
    writer.remove(eight[:2])
    hits = reader.search("red", 20)
    assert {hit.path for hit in hits} == set(eight[2:])


def test_a_photo_that_came_and_went_is_found_no_more(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, no_rebuilding: None
) -> None:
    path = draw("new.png", width=30)
    writer.add([path])
    assert len(reader.search("red", 20)) == 9
    writer.remove([path])
    assert len(reader.search("red", 20)) == 8


def test_changed_content_replaces_the_former(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, eight: list[Path], no_rebuilding: None
) -> None:
    draw(f"a/{eight[0].name}", width=30)
    writer.add([eight[0]])
    hits = reader.search("red", 20)
    assert [hit.path for hit in hits].count(eight[0]) == 1
    assert len(hits) == 8


def test_copies_in_both_layers_come_in_the_order_of_their_ids(
    writer: PhotoIndex, reader: PhotoIndex, eight: list[Path], no_rebuilding: None
) -> None:
    copy = eight[0].with_name("copy.png")
    copy.write_bytes(eight[0].read_bytes())
    writer.add([copy])
    hits = reader.similar(eight[0], 1)
    assert hits[0].path == copy
    assert hits[0].score == pytest.approx(1, abs=0.01)


def test_filters_hold_in_both_layers(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, eight: list[Path], no_rebuilding: None
) -> None:
    writer.remove([eight[0]])
    writer.add([draw("a/new.png", width=30)])
    inside = Filter(under=(eight[0].parent,))
    names = {hit.path.name for hit in reader.search("red", 20, inside)}
    assert names == {"new.png", *(path.name for path in eight[1:4])}
    assert reader.search("red", 20, Filter(ids=frozenset())) == []


def test_what_failed_halfway_is_begun_anew(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.search("red")
    writer.add([draw("new.png", width=30)])

    def broken(*given: Any) -> Iterator[Any]:
        yield from read_chunks(*given)
        raise StorageError("reading failed")

    monkeypatch.setattr(searchable_vectors, "read_chunks", broken)
    with pytest.raises(StorageError):
        reader.search("red")
    monkeypatch.setattr(searchable_vectors, "read_chunks", read_chunks)
    names = [hit.path.name for hit in reader.search("red", 20)]
    assert sorted(names) == sorted({*names, "new.png"})


def test_renewed_vectors_are_read_again(
    full: PhotoIndex, reader: PhotoIndex, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.search("red")
    full.add([draw("new.png", width=30)])
    monkeypatch.delattr(searchable_vectors, "build_vectors")
    assert len(reader.search("red", 20)) == 9
    assert reader._vectors._kept is not None
    assert reader._vectors._kept.base.count == 9


def test_another_process_begins_with_the_old_vectors(
    writer: PhotoIndex, reader: PhotoIndex, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.add([draw("new.png", width=30)])
    monkeypatch.delattr(searchable_vectors, "build_vectors")
    assert len(reader.search("red", 20)) == 9


def test_vectors_of_a_catalog_that_a_backup_replaced_are_never_believed(
    full: PhotoIndex, draw: Draw, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are of a later generation, which the catalog reaches again by other changes."""
    catalog = full.directory / "catalog.sqlite"
    full.close()
    backup = catalog.read_bytes()
    lost = draw("lost.png", "red", width=30)
    with PhotoIndex.open(full.directory, encoder) as index:
        index.add([lost])
    catalog.write_bytes(backup)
    lost.unlink()

    def kill(now: Progress) -> None:
        if now.note == "indexing":
            monkeypatch.setattr(VectorStore, "publish", lambda *_: None)

    with PhotoIndex.open(full.directory, encoder) as index:
        new = [draw("blue.png", "blue", width=31), draw("more.png", width=32)]
        index.add(new, progress=kill)
    with PhotoIndex.open(full.directory, encoder) as index:
        scores = [hit.score for hit in index.search("red", 20) if hit.path.name == "blue.png"]
    assert scores == pytest.approx([scores[0]] * 2, abs=0.02)  # the one of before and the new one


def test_vectors_that_wait_for_their_renewal_are_sound(
    writer: PhotoIndex, draw: Draw, eight: list[Path]
) -> None:
    writer.remove(eight[:2])
    writer.add([draw("new.png", width=30)])
    report = writer.verify()
    assert (report.problems, report.notes, report.vectors) == ((), (), 7)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM tombstones",
        "UPDATE photos SET since = 0",
        "UPDATE photos SET since = 1000 WHERE id = 4",
        "INSERT INTO tombstones VALUES (4, 9)",
        "UPDATE tombstones SET generation = 1000",
        "UPDATE meta SET value = 1000 WHERE key = 'compacted'",
    ],
)
def test_a_history_that_does_not_fit_is_found_and_mended(
    writer: PhotoIndex, draw: Draw, eight: list[Path], damage: str
) -> None:
    writer.remove(eight[:2])
    writer.add([draw("new.png", width=30)])
    with closing(sqlite3.connect(writer.directory / "catalog.sqlite")) as db, db:
        db.execute(damage)
    assert len(verify_index(writer.directory).problems) >= 1
    assert writer.verify(repair=True).ok
    assert verify_index(writer.directory).problems == ()
    assert len(writer.search("red", 20)) == 7


class Random:
    """A catalog whose photos come and go by chance."""

    def __init__(self, path: Path, kind: str) -> None:
        create_catalog(path, kind=kind)
        self.catalog, self.kind = Catalog(path), kind
        self.dice, self.draw = random.Random(0), np.random.default_rng(0)
        claim_space(self.catalog, encoder_space(FakeEncoder(dim=DIM)))

    def change(self) -> None:
        db = self.catalog.db
        with self.catalog.writing():
            for _ in range(self.dice.randrange(12)):
                self.catalog.next_generation()
                vector = np.round(self.draw.standard_normal(DIM), 1).astype(np.float32)
                name = str(self.draw.integers(1 << 60))
                db.execute("INSERT INTO embeddings VALUES (?, 1, ?)", (name, encode_vector(vector)))
                db.execute(
                    "INSERT INTO photos(source, size, mtime_ns, status, content_hash, since)"
                    f" VALUES (?1, 1, 1, 'indexed', ?1, {GENERATION})",
                    (name,),
                )
            ids = self.ids()
            for number in self.dice.sample(ids, min(len(ids), self.dice.randrange(7))):
                self.catalog.next_generation()
                db.execute("DELETE FROM photos WHERE id = ?", (number,))

    def build(self) -> Vectors:
        return build_vectors(self.catalog, kind=self.kind, dim=DIM)

    def ids(self) -> list[int]:
        return [row[0] for row in self.catalog.db.execute("SELECT id FROM photos ORDER BY id")]


@pytest.mark.parametrize("share", [5, 20_000])
@pytest.mark.parametrize("kind", KINDS)
def test_layers_find_what_a_new_build_finds(
    tmp_path: Path, kind: str, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "LEAST_SHARE", share)
    photos = Random(tmp_path / "catalog.sqlite", kind)
    layers = SearchableVectors(photos.build())
    for _ in range(60):
        photos.change()
        layers.catch_up(photos.catalog, photos.catalog.generation)
        whole, ids = photos.build(), photos.ids()
        some = np.array(sorted(photos.dice.sample(ids, len(ids) // 3)), np.int64)
        query = photos.draw.standard_normal(DIM).astype(np.float32)
        for allowed in (None, some):
            expected = whole.nearest(query, len(ids) + 1, allowed)
            got = layers.nearest(query, len(ids) + 1, allowed)
            assert sorted(got[0]) == sorted(expected[0])
            assert got[1] == sorted(got[1], reverse=True)
            scores = dict(zip(*expected, strict=True))
            near = 0.3 if kind == "SQ8" else 1e-2 if kind == "Flat" else 1e-5
            assert got[1] == pytest.approx([scores[number] for number in got[0]], abs=near)
            best = layers.nearest(query, 3, allowed)
            assert best == (got[0][:3], got[1][:3])


def test_where_all_that_is_near_is_gone_the_others_are_found(tmp_path: Path) -> None:
    photos = Random(tmp_path / "catalog.sqlite", "Flat")
    for _ in range(40):
        photos.change()
    layers = SearchableVectors(photos.build())
    query = photos.draw.standard_normal(DIM).astype(np.float32)
    ranked, _ = layers.nearest(query, 1000)
    with photos.catalog.writing() as db:
        photos.catalog.next_generation()
        db.executemany("DELETE FROM photos WHERE id = ?", [(number,) for number in ranked[:-2]])
    layers.catch_up(photos.catalog, photos.catalog.generation)
    assert len(ranked) > 30
    assert layers.nearest(query, 1)[0] == ranked[-2:-1]
    assert layers.nearest(query, 9)[0] == ranked[-2:]
    assert layers.nearest(query, 9, np.empty(0, np.int64)) == ([], [])


def test_a_wrong_vector_is_refused(tmp_path: Path) -> None:
    layers = SearchableVectors(Random(tmp_path / "catalog.sqlite", "SQ8").build())
    with pytest.raises(ShapeError, match=r"expected \(8,\)"):
        layers.nearest(np.ones(3, np.float32), 1)
