"""What is said of a photo follows it: when it is added, moved, edited, read again or removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photosearch.index import prefetch
from photosearch.index.catalog import Catalog
from photosearch.index.store import PhotoIndex
from photosearch.index.texts import find_texts, put_recognised, read_texts
from photosearch.index.texts.full_text import check_words
from photosearch.index.texts.text_rows import apart, name_words
from photosearch.index.verify import verify_index
from photosearch.testing import FakeEncoder
from photosearch.types import PhotoTexts
from tests.fixtures.upgrades import make
from tests.images.written import xmp

Add = Callable[..., int]
Draw = Callable[..., Path]


def found(index: PhotoIndex, *words: str) -> list[str]:
    """The names of files, in the order of ids; the full-text index is checked on the way."""
    catalog = index._catalog
    with catalog.writing() as db:
        check_words(db)
    ids = {hit.id for hit in find_texts(catalog, words) or ()}
    return [photo.path.name for photo in index.photos() if photo.id in ids]


@pytest.mark.parametrize(("text", "expected"), [
    ("IMG_2034", "IMG_2034"), ("IMG2034", "IMG 2034"), ("hotelReceipt", "hotel Receipt"),
    ("HTMLPage", "HTML Page"), ("2019Summer", "2019 Summer"), ("a1b2", "a 1 b 2"),
    ("caféParis", "café Paris"), ("ÉCOLE", "ÉCOLE"), ("東京2020", "東京 2020"),
    ("2020年", "2020 年"),
    ("ÉCOLEParis", "ÉCOLE Paris"), ("iPhone", "i Phone"), ("NASA", "NASA"), ("٣٤a", "٣٤a"),
    ("", ""),
])  # fmt: skip
def test_words_that_are_written_together_are_set_apart(text: str, expected: str) -> None:
    assert apart(text) == expected


@given(st.text())
def test_setting_apart_only_adds_blanks(text: str) -> None:
    assert apart(text).replace(" ", "") == text.replace(" ", "")
    assert apart(apart(text)) == apart(text)


@pytest.mark.skipif(os.sep == "\\", reason="paths of POSIX")
@pytest.mark.parametrize(("source", "name", "album"), [
    ("/p/Lisbon trip/IMG_2034.jpg", "IMG_2034", "Lisbon trip"),
    ("/p/Trip2019/hotelReceipt.v2.PNG", "hotelReceipt.v2 hotel Receipt.v 2", "Trip2019 Trip 2019"),
    ("/p/.hidden", ".hidden", "p"),
    ("/a.jpg", "a", None),
    ("/p/noSuffix", "noSuffix no Suffix", "p"),
    (b"/p/\xff/caf\xe9.png", "caf\ufffd", "\ufffd"),
    ("/p/a/.jpg", ".jpg", "a"),
    ("B84E8479-475C-4727-A4A4-B77AA9980897/L0/001", None, None),
    ("3", None, None),
])  # fmt: skip
def test_a_path_gives_the_words_of_its_name_and_folder(
    source: str | bytes, name: str, album: str | None
) -> None:
    assert name_words(source) == (name, album)


@pytest.fixture
def photo(draw: Draw) -> Path:
    """A photo that says much of itself, with its sidecar."""
    path = draw("Lisbon trip/IMG_2034.png")
    keywords = "<dc:subject><rdf:Bag><rdf:li>Tram 28</rdf:li></rdf:Bag></dc:subject>"
    path.with_suffix(".xmp").write_bytes(xmp('dc:title="The tram"', keywords))
    return path


def test_a_new_photo_is_found_by_all_that_is_said_of_it(index: PhotoIndex, photo: Path) -> None:
    index.add(photo.parent)
    for words in ("img", "2034", "lisbon", "tram", "28", "img_2034"):
        assert found(index, words) == ["IMG_2034.png"]
    assert read_texts(index._catalog, [1, 2]) == {1: PhotoTexts("The tram", None, ("Tram 28",))}


def test_an_edited_sidecar_changes_what_is_found_and_the_generation(
    index: PhotoIndex, photo: Path, encoder: FakeEncoder
) -> None:
    index.add(photo.parent)
    before = index.status().generation
    index.add(photo.parent)
    assert index.status().generation == before
    photo.with_suffix(".xmp").write_bytes(xmp('dc:title="A ferry"'))
    report = index.add(photo.parent)
    assert (report.unchanged, report.updated, encoder.photos_encoded) == (1, 0, 1)
    assert index.status().generation > before
    assert (found(index, "tram"), found(index, "ferry")) == ([], ["IMG_2034.png"])


def test_a_photo_that_moves_gets_the_words_of_its_new_place(
    index: PhotoIndex, photo: Path, folder: Path, encoder: FakeEncoder
) -> None:
    index.add(folder)
    put_recognised(index._catalog, {1: "platform"})
    new = folder / "Porto" / "bridge.png"
    new.parent.mkdir()
    photo.rename(new)
    index.add(folder, allow_removal=True)
    assert encoder.photos_encoded == 1
    assert found(index, "lisbon", "tram", "2034") == []
    assert found(index, "porto") == found(index, "bridge") == ["bridge.png"]
    assert found(index, "platform") == ["bridge.png"], "what is in the picture stays"


def test_a_copy_has_words_of_its_own_and_the_text_in_the_picture(
    index: PhotoIndex, photo: Path, folder: Path
) -> None:
    index.add(folder)
    put_recognised(index._catalog, {1: "platform"})
    shutil.copy(photo, folder / "copy.png")
    assert index.add(folder).copied == 1
    assert found(index, "platform") == ["IMG_2034.png", "copy.png"]
    assert found(index, "tram") == ["IMG_2034.png"]


def test_other_content_loses_the_text_in_the_picture(
    index: PhotoIndex, photo: Path, draw: Draw
) -> None:
    index.add(photo.parent)
    put_recognised(index._catalog, {1: "platform"})
    draw("Lisbon trip/IMG_2034.png", "blue", width=9)
    assert index.add(photo.parent).updated == 1
    assert (found(index, "platform"), found(index, "tram")) == ([], ["IMG_2034.png"])


def test_what_is_removed_fails_or_is_excluded_is_not_found(
    index: PhotoIndex, photo: Path, folder: Path, draw: Draw
) -> None:
    draw("Lisbon trip/other.png", "blue")
    draw("third/Lisbon.png", "green")
    index.add(folder)
    index.exclude(["third/"])
    index.remove(photo)
    assert found(index, "lisbon") == ["other.png"]
    (photo.parent / "other.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    index.add(photo.parent / "other.png")
    assert found(index, "lisbon") == []


@pytest.fixture
def earlier(tmp_path: Path, index: PhotoIndex, photo: Path, folder: Path, draw: Draw) -> PhotoIndex:
    """An index of three photos, of a version that read no texts."""
    draw("a.png", "blue")
    Image.new("RGB", (8, 8), "#0f0").save(folder / "b.jpg")
    index.add(folder)
    with index._catalog.writing() as db:
        db.execute("UPDATE texts SET title = NULL, keywords = NULL, is_read = 0")
    return index


def test_an_earlier_index_gets_its_texts_without_embedding_or_decoding(
    earlier: PhotoIndex, folder: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "load_photo", None)
    monkeypatch.setattr(prefetch, "_known", None)
    told: list[tuple[int, int | None]] = []
    report = earlier.add(folder, progress=lambda now: told.append((now.done, now.total)))
    assert (report.unchanged, report.added, report.updated, report.skipped) == (3, 0, 0, ())
    assert encoder.photos_encoded == 3
    assert (3, 3) in told
    assert found(earlier, "tram") == ["IMG_2034.png"]
    monkeypatch.setattr(prefetch, "read", None)  # once is enough
    assert earlier.add(folder).unchanged == 3


def test_a_photo_whose_texts_cannot_be_read_stays_and_is_asked_again(
    earlier: PhotoIndex, folder: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(prefetch, "describe_file", lambda _: 1 / 0)
        report = earlier.add(folder)
    assert [each.reason for each in report.skipped] == ["division by zero"] * 3
    assert earlier.status().indexed == 3
    assert earlier.add(folder).skipped == ()
    assert found(earlier, "tram") == ["IMG_2034.png"]


def test_a_photo_without_a_row_of_texts_gets_one(earlier: PhotoIndex, folder: Path) -> None:
    """As an earlier version leaves it that goes on writing after the upgrade."""
    with earlier._catalog.writing() as db:
        db.execute("DELETE FROM texts")
    assert found(earlier, "lisbon") == []
    assert earlier.add(folder).unchanged == 3
    assert found(earlier, "lisbon") == found(earlier, "tram") == ["IMG_2034.png"]
    assert earlier.verify().problems == ()


def test_an_earlier_photo_that_changed_meanwhile_is_read_in_full(
    earlier: PhotoIndex, folder: Path, draw: Draw, encoder: FakeEncoder
) -> None:
    draw("a.png", "white", width=9)
    report = earlier.add(folder)
    assert (report.updated, report.unchanged, encoder.photos_encoded) == (1, 2, 4)


def test_imported_photos_are_asked_for_their_texts_by_the_next_run(
    index: PhotoIndex, photo: Path, folder: Path, tmp_path: Path
) -> None:
    index.add(folder)
    index.export_embeddings(tmp_path / "e.safetensors")
    encoder = FakeEncoder()
    with PhotoIndex.open(tmp_path / "other.photoindex", encoder) as other:
        assert other.import_embeddings(tmp_path / "e.safetensors") == 1
        assert (found(other, "lisbon"), found(other, "tram")) == (["IMG_2034.png"], [])
        assert other.add(folder).unchanged == 1
        assert found(other, "tram") == ["IMG_2034.png"]
    assert encoder.photos_encoded == 0


def test_texts_stay_when_the_model_changes(
    index: PhotoIndex, photo: Path, folder: Path, draw: Draw
) -> None:
    draw("Lisbon trip/gone.png", "blue")
    index.add(folder)
    put_recognised(index._catalog, {1: "platform"})
    (photo.parent / "gone.png").unlink()
    index.upgrade(FakeEncoder(dim=12, name="other"), allow_removal=True)
    assert found(index, "lisbon") == ["IMG_2034.png"], "what is pending cannot be found"
    assert found(index, "platform") == found(index, "tram") == ["IMG_2034.png"]


def test_a_catalog_without_its_first_page_keeps_the_words_of_names(
    index: PhotoIndex, photo: Path, folder: Path
) -> None:
    index.add(folder)
    index.close()
    with (index.directory / "catalog.sqlite").open("r+b") as stream:
        stream.write(bytes(4096))
    encoder = FakeEncoder()
    assert verify_index(index.directory, repair=True).repaired
    with PhotoIndex.open(index.directory, encoder) as again:
        assert (found(again, "lisbon"), found(again, "tram")) == (["IMG_2034.png"], [])
        again.add(folder)
        assert found(again, "tram") == ["IMG_2034.png"]
    assert encoder.photos_encoded == 0


def test_a_repair_keeps_texts(index: PhotoIndex, photo: Path, folder: Path) -> None:
    index.add(folder)
    put_recognised(index._catalog, {1: "platform"})
    with index._catalog.writing() as db:
        db.execute("DROP INDEX photos_by_size")
    assert index.verify(repair=True).repaired
    assert (
        found(index, "platform") == found(index, "tram") == found(index, "28") == ["IMG_2034.png"]
    )


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_every_earlier_catalog_gets_the_words_of_its_names(tmp_path: Path, schema: int) -> None:
    catalog = Catalog(make(tmp_path, schema))
    hits = find_texts(catalog, ["black", "yellow", "copy"])
    assert hits is not None
    assert sorted(hit.id for hit in hits) == [1, 6, 10]
    assert all(hit.fields == ("name",) for hit in hits)
    with catalog.writing() as db:
        check_words(db)
    catalog.close()


def test_recognised_text_is_found_and_changes_the_generation(catalog: Catalog, add: Add) -> None:
    first, second = add("/p/a.jpg"), add("/p/b.jpg")
    before = catalog.generation
    put_recognised(catalog, {first: "TOTAL 12.50", second: ""})
    assert catalog.generation > before
    hits = find_texts(catalog, ["total"])
    assert hits is not None
    assert [(hit.id, hit.fields) for hit in hits] == [(first, ("recognised",))]
    stored = catalog.db.execute("SELECT recognised FROM texts ORDER BY id").fetchall()
    assert stored == [("TOTAL 12.50",), ("",)]
