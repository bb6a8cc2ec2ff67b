"""The words are in step with the texts, whoever changes them, and are made again where not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from photosearch.index.catalog import Catalog
from photosearch.index.store import PhotoIndex
from photosearch.index.texts import find_texts, require_phrases
from photosearch.index.texts.full_text import WORDS, check_words, has_fts5, is_in_step
from photosearch.index.verify import verify_index
from photosearch.testing import COLORS, FakeEncoder
from tests.images.written import xmp

Add = Callable[..., int]


def found(catalog: Catalog, *words: str) -> list[int]:
    hits = find_texts(catalog, words)
    assert hits is not None
    return sorted(hit.id for hit in hits)


def check(catalog: Catalog) -> None:
    with catalog.writing() as db:
        check_words(db)


def change(catalog: Catalog, statement: str) -> None:
    """As any other program would."""
    with closing(sqlite3.connect(catalog.path)) as db, db:
        db.execute(statement)


def test_this_sqlite_has_fts5(catalog: Catalog) -> None:
    assert has_fts5(catalog.db)
    assert catalog.has_words()


def test_what_is_added_changed_and_deleted_is_in_step(catalog: Catalog, add: Add) -> None:
    first, second = add("/p/a/one.jpg", title="red"), add("/p/a/two.jpg", title="red")
    assert found(catalog, "red") == [first, second]
    change(catalog, f"UPDATE texts SET title = 'blue' WHERE id = {first}")
    assert (found(catalog, "red"), found(catalog, "blue")) == ([second], [first])
    change(catalog, f"DELETE FROM photos WHERE id = {second}")
    assert found(catalog, "red") == []
    check(catalog)


def test_a_photo_that_is_no_longer_searchable_has_no_words(catalog: Catalog, add: Add) -> None:
    number = add("/p/a/one.jpg", title="red")
    change(catalog, f"UPDATE photos SET status = 'pending' WHERE id = {number}")
    assert found(catalog, "red") == []
    check(catalog)


def test_words_that_are_not_those_of_the_texts_are_found(catalog: Catalog, add: Add) -> None:
    add("/p/a/one.jpg", title="red")
    with catalog.writing() as db:
        db.execute("DROP TRIGGER words_changed")
        db.execute("UPDATE texts SET title = 'blue'")
        with pytest.raises(sqlite3.DatabaseError):
            check_words(db)


def test_a_rolled_back_change_leaves_no_words(catalog: Catalog, add: Add) -> None:
    add("/p/a/one.jpg", title="red")
    with suppress(ZeroDivisionError), catalog.writing() as db:
        db.execute("UPDATE texts SET title = 'blue'")
        raise ZeroDivisionError
    assert (len(found(catalog, "red")), found(catalog, "blue")) == (1, [])
    check(catalog)


def test_words_without_their_triggers_are_made_again_when_the_catalog_is_opened(
    catalog: Catalog, add: Add
) -> None:
    number = add("/p/a/one.jpg", title="red")
    change(catalog, "DROP TRIGGER words_changed")
    assert find_texts(catalog, ["red"]) is None
    assert require_phrases(catalog, ["red"]) is None
    change(catalog, "UPDATE texts SET title = 'blue'")
    with closing(Catalog(catalog.path)) as again:
        assert (found(again, "red"), found(again, "blue")) == ([], [number])
        check(again)


def test_a_catalog_that_cannot_be_written_now_opens_without_words(
    catalog: Catalog, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("/p/a/one.jpg", title="red")
    change(catalog, "DROP TRIGGER words_changed")
    monkeypatch.setattr("photosearch.index.catalog._BUSY_TIMEOUT_S", 0.05)
    with catalog.writing(), closing(Catalog(catalog.path)) as reader:
        assert find_texts(reader, ["red"]) is None
    with closing(Catalog(catalog.path)) as later:
        assert found(later, "red") == [1]


@pytest.fixture
def photos(folder: Path, draw: Callable[..., Path]) -> Path:
    for color in ("red", "blue", "green"):
        draw(f"trip/{color}Photo.png", color)
    return folder


def test_without_fts5_an_index_is_made_searched_and_kept(
    tmp_path: Path, photos: Path, no_fts5: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_fts5()
    place = tmp_path / "i.photoindex"
    with PhotoIndex.open(place, FakeEncoder()) as index:
        index.add(photos)
        assert [hit.path.name for hit in index.search("red", 1)] == ["redPhoto.png"]
        assert find_texts(index._catalog, ["red"]) is None
        assert require_phrases(index._catalog, ["red"]) is None
        assert index.verify().problems == ()
    monkeypatch.undo()
    with PhotoIndex.open(place, FakeEncoder()) as index:
        assert found(index._catalog, "photo") == [1, 2, 3]
        assert index.verify().problems == ()


def test_a_writer_without_fts5_leaves_no_stale_words(
    tmp_path: Path, photos: Path, no_fts5: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "i.photoindex"
    with PhotoIndex.open(place, FakeEncoder()) as index:
        index.add(photos)
        assert is_in_step(index._catalog.db)
    no_fts5()
    with PhotoIndex.open(place, FakeEncoder()) as index:
        assert index.search("red", 1)
        assert is_in_step(index._catalog.db), "a search changes nothing"
        index.remove(1)
        assert verify_index(place).problems == ()
    monkeypatch.undo()
    with PhotoIndex.open(place, FakeEncoder()) as index:
        assert found(index._catalog, "photo") == [2, 3]
        assert index.verify().problems == ()


@pytest.mark.parametrize("damage", [
    "UPDATE words_data SET block = X'00'",
    "DELETE FROM words_data WHERE id > 10",
    "DELETE FROM words_docsize",
    "DELETE FROM words_config",
    "UPDATE words_config SET v = 99",
    "DROP TABLE words_idx",
])  # fmt: skip
def test_damaged_words_are_found_and_made_again(damage: str, tmp_path: Path, photos: Path) -> None:
    place = tmp_path / "i.photoindex"
    encoder = FakeEncoder()
    with PhotoIndex.open(place, encoder) as index:
        index.add(photos)
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db, db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute(damage)
    assert verify_index(place).problems
    assert verify_index(place, repair=True).repaired
    with PhotoIndex.open(place, encoder) as index:
        assert found(index._catalog, "photo") == [1, 2, 3]
        assert index.verify().problems == ()
    assert encoder.photos_encoded == 3


def test_missing_rows_of_texts_are_found_and_made_again(tmp_path: Path, photos: Path) -> None:
    place = tmp_path / "i.photoindex"
    with PhotoIndex.open(place, FakeEncoder()) as index:
        index.add(photos)
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db, db:
        db.execute("DELETE FROM texts WHERE id = 1")
        db.execute("INSERT INTO texts(id, name) VALUES (77, 'stray')")
    (problem,) = verify_index(place).problems
    assert problem == "2 photos have no row of texts, or one too many"
    assert verify_index(place, repair=True).repaired
    with PhotoIndex.open(place, FakeEncoder()) as index:
        assert found(index._catalog, "photo") == [1, 2, 3]
        assert found(index._catalog, "stray") == []


def test_the_statements_make_what_is_asked_for() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE texts(id INTEGER PRIMARY KEY, name, album, title, description,"
                   " keywords, people, recognised)")  # fmt: skip
        for statement in WORDS:
            db.execute(statement)
        assert is_in_step(db)
        rows: Any = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert len(rows) == 3


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_files_every_photo_is_found_by_its_name(
    seed: int, index: PhotoIndex, folder: Path, draw: Callable[..., Path]
) -> None:
    random = Random(seed)
    catalog = index._catalog
    for step in range(25):
        files = sorted(folder.rglob("*.png"))
        action = random.choice(["draw", "draw", "copy", "move", "edit", "say", "delete", "break"])
        if action == "draw" or not files:
            draw(f"d{random.randrange(3)}/n{step}x.png", random.choice(COLORS), width=step + 1)
        elif action == "delete":
            random.choice(files).unlink()
        elif action == "break":
            random.choice(files).write_bytes(b"\x89PNG\r\n\x1a\nno more")
        elif action == "say":
            random.choice(files).with_suffix(".xmp").write_bytes(xmp(f'dc:title="said{step}"'))
        elif action == "edit":
            draw(str(random.choice(files).relative_to(folder)), width=step + 90)
        else:
            (folder / "other").mkdir(exist_ok=True)
            work = shutil.copy if action == "copy" else shutil.move
            work(random.choice(files), folder / "other" / f"n{step}x.png")
        index.add(folder, allow_removal=True)
        check(catalog)
        assert index.verify().problems == ()
        for photo in index.photos():
            same = require_phrases(catalog, [photo.path.stem])
            assert same is not None
            assert (photo.id in same) == (photo.status == "indexed")
