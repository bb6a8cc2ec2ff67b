"""A name is found however its accents are written, and stays as the disk has it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder
from photosearch.types import Filter

from .conftest import Draw

# Composed by Python's own tables, which are not those that the index uses.
WORDS = ("größe", "한국 사진", "Việt Nam ế", "ångström", "日本", "ὠδή")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def found(index: PhotoIndex, *folders: Path) -> set[Path]:
    return {hit.path for hit in index.search("red", 99, Filter(under=folders))}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("stored", "typed"), [(nfd, nfc), (nfc, nfd)])
def test_a_folder_is_found_in_the_other_spelling(
    index: PhotoIndex, folder: Path, draw: Draw, word: str, stored: object, typed: object
) -> None:
    assert callable(stored)
    assert callable(typed)
    path = draw(f"{stored(word)}/a/{stored(word)}.png")
    draw("gr/other.png", width=9)
    index.add([folder])
    assert found(index, folder / typed(word)) == {path}
    assert found(index, folder / typed(word) / "a" / f"{typed(word)}.png") == {path}
    assert path in {photo.path for photo in index.photos()}  # byte for byte as on the disk


def test_every_part_of_a_path_has_its_own_spelling(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    path = draw(f"{nfd('ü')}/{nfc('ä')}/x.png")
    index.add([folder])
    for first in (nfc, nfd):
        for second in (nfc, nfd):
            assert found(index, folder / first("ü") / second("ä")) == {path}


def test_accents_half_composed_are_found(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    half = "Vi\u00ea\u0323t"  # as keyboards of code page 1258 type it
    assert nfc(half) == nfc("Việt")
    path = draw(f"{half}/x.png")
    index.add([folder])
    assert found(index, folder / nfc("Việt")) == found(index, folder / nfd("Việt")) == {path}


def test_both_spellings_of_two_folders_are_found_at_once(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    paths = {draw(f"{nfc('é')}/1.png"), draw(f"{nfd('é')}/2.png", width=9)}
    paths |= {draw(f"{nfd('é')}!/3.png", width=10)}
    draw(f"{nfd('é')}a/4.png", width=11)
    index.add([folder])
    assert found(index, folder / nfc("é"), folder / nfc("é!")) == paths


def test_names_that_are_not_utf8_are_found_in_a_folder_of_the_other_spelling(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw(f"{nfd('ü')}/x.png").rename(folder / nfd("ü") / os.fsdecode(b"caf\xe9.png"))
    index.add([folder])
    assert len(found(index, folder / nfc("ü"))) == 1


def test_a_folder_that_looks_alike_but_is_another_stays_out(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("ue/x.png")
    draw("u\u0308\u0301/x.png")
    (folder / "ü").mkdir()
    index.add([folder])
    assert found(index, folder / "ü") == set()


def test_a_folder_that_is_nowhere_is_an_error(full: PhotoIndex, folder: Path) -> None:
    with pytest.raises(UsageError, match="none"):
        found(full, folder / "a", folder / "none")


def test_a_folder_on_a_disk_that_is_away_is_known(full: PhotoIndex, folder: Path) -> None:
    before = found(full, folder / "a")
    shutil.rmtree(folder)
    assert found(full, folder / "a") == before


def test_a_folder_without_photos_holds_none(full: PhotoIndex, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert found(full, folder / "empty") == set()


@pytest.mark.parametrize("typed", [nfc, nfd])
def test_roots_removal_and_likeness_take_both_spellings(
    index: PhotoIndex, folder: Path, draw: Draw, encoder: FakeEncoder, typed: object
) -> None:
    assert callable(typed)
    path = draw(f"{nfd('größe')}/é.png")
    draw("other.png", width=9)
    assert index.add([folder / typed("größe")]).added == 1
    assert index.add([folder / typed("größe")]).unchanged == 1
    assert [photo.path for photo in index.photos()] == [path]
    assert index.similar(folder / typed("größe") / typed("é.png")) == []
    assert index.remove(folder / typed("größe")) == 1
    assert index.similar(folder / typed("größe") / typed("é.png")) == []  # read from the disk


def test_names_are_leapt_over_not_read(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    path = draw(f"{nfd('é')}/x.png")
    index.add([folder])
    with closing(sqlite3.connect(index.directory / "catalog.sqlite")) as db, db:
        rows = [(f"{folder}/{nfd('é')}b/{number}.png",) for number in range(5000)]
        insert = "INSERT INTO photos(source, size, mtime_ns, status) VALUES (?, 1, 1, 'pending')"
        db.executemany(insert, rows)
    statements: list[str] = []
    index._catalog.db.set_trace_callback(statements.append)
    assert found(index, folder / nfc("é")) == {path}
    assert len(statements) < 30
