"""Opening: what is made, what is refused, and that nothing heavy is imported."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from photosearch.errors import IndexMissing, IndexTooNew, StorageError, UsageError, WrongSpace
from photosearch.index.directory import default_directory
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder

from .conftest import Draw


def test_a_new_index_is_empty(index: PhotoIndex) -> None:
    status = index.status()
    assert (status.indexed, status.pending, status.failed, status.model) == (0, 0, 0, "")


def test_a_missing_index_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="photosearch index"):
        PhotoIndex.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_folder_of_other_things_is_not_made_an_index(folder: Path, draw: Draw) -> None:
    draw("holiday.png")
    with pytest.raises(UsageError, match=r"holiday\.png"):
        PhotoIndex.open(folder)
    assert len(list(folder.iterdir())) == 1


def test_a_file_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="got a file"):
        PhotoIndex.open(tmp_path / "file")


def test_a_place_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        PhotoIndex.open(tmp_path / "file" / "below")


def test_an_index_of_another_model_is_refused(full: PhotoIndex) -> None:
    with pytest.raises(WrongSpace, match="made with fake"):
        PhotoIndex.open(full.directory, FakeEncoder(name="other"))


def test_the_same_model_cut_to_another_width_is_another_space(full: PhotoIndex) -> None:
    with pytest.raises(WrongSpace, match="width 8"):
        PhotoIndex.open(full.directory, FakeEncoder(dim=16))


def test_a_model_is_needed_for_words_only(full: PhotoIndex, eight: list[Path]) -> None:
    """Its name is unknown here, so that loading it would fail."""
    with PhotoIndex.open(full.directory) as index:
        assert len(index.similar(eight[0])) == 7
        assert index.status().indexed == 8
        assert len(index.search_vector(full.encoder.encode_texts(["red"])[0])) == 8


def test_a_newer_schema_is_refused(full: PhotoIndex) -> None:
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("UPDATE meta SET value = 5 WHERE key = 'schema'")
    with pytest.raises(IndexTooNew, match="got schema 5"):
        PhotoIndex.open(full.directory)


def test_a_closed_index_says_so(full: PhotoIndex) -> None:
    full.close()
    with pytest.raises(UsageError, match="closed"):
        full.search("red")


def test_many_may_make_the_same_index_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: PhotoIndex.open(tmp_path / "i"), range(16)))
    for index in opened:
        assert index.status().indexed == 0
        index.close()
    assert [path.name for path in (tmp_path / "i").iterdir()] == ["catalog.sqlite"]


def test_what_a_killed_maker_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "i").mkdir()
    (tmp_path / "i" / "catalog.sqlite.1.new").write_bytes(b"half")
    PhotoIndex.open(tmp_path / "i").close()


def test_the_default_place_is_the_users_own() -> None:
    assert default_directory().is_absolute()
    assert default_directory().name == "default.photoindex"


@pytest.mark.slow
def test_the_model_named_in_the_index_is_loaded_when_needed(
    tmp_path: Path, folder: Path, eight: list[Path]
) -> None:
    from photosearch.models.load import load_encoder
    from photosearch.testing import random_bundle

    bundle = random_bundle(tmp_path / "random.photomodel")
    with PhotoIndex.open(tmp_path / "i", load_encoder(bundle)) as index:
        assert index.add([folder]).added == 8
    with PhotoIndex.open(tmp_path / "i") as index:
        assert len(index.search("a red dog", k=3)) == 3
        assert index.add([folder]).unchanged == 8


def test_opening_and_searching_import_no_model_and_no_decoder(full: PhotoIndex) -> None:
    code = """
import sys, numpy
from photosearch.index.store import PhotoIndex
PhotoIndex.open(sys.argv[1], create=False).search_vector(numpy.eye(8, dtype="float32")[0])
heavy = {"torch", "transformers", "PIL", "photosearch.images.load", "photosearch.models"}
sys.exit(", ".join(heavy & set(sys.modules)) or 0)
"""
    subprocess.run([sys.executable, "-c", code, str(full.directory)], check=True)
