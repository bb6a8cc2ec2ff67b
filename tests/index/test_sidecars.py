"""A file beside a photo that comes, goes or is edited reaches the catalog; nothing is embedded."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from photosearch.index import prefetch
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder
from photosearch.types import Filter, PhotoInfo
from tests.images.written import DATED, PLACED, xmp

Draw = Callable[..., Path]
AT = datetime(2021, 3, 4, 5, 6, 7)
IN_2021 = Filter(since=datetime(2021, 1, 1), until=datetime(2022, 1, 1))


@pytest.fixture
def photo(index: PhotoIndex, folder: Path, draw: Draw) -> Path:
    """An indexed photo that says nothing of itself."""
    path = draw("a.png", "red")
    draw("b.png", "blue")
    index.add([folder])
    return path


def infos(index: PhotoIndex) -> dict[str, PhotoInfo]:
    return {photo.path.name: photo.info for photo in index.photos() if photo.info}


def test_a_new_sidecar_is_found_by_the_next_run(
    index: PhotoIndex, folder: Path, photo: Path, encoder: FakeEncoder
) -> None:
    assert index.search("red", filter=IN_2021) == []
    photo.with_suffix(".xmp").write_bytes(DATED)
    report = index.add([folder])
    assert (report.unchanged, report.updated, encoder.photos_encoded) == (2, 0, 2)
    assert infos(index)["a.png"].taken_at == AT
    assert [hit.path for hit in index.search("red", filter=IN_2021)] == [photo]


def test_an_edited_sidecar_is_read_again_and_one_that_goes_is_forgotten(
    index: PhotoIndex, folder: Path, photo: Path, encoder: FakeEncoder
) -> None:
    sidecar = photo.with_suffix(".xmp")
    sidecar.write_bytes(PLACED)
    index.add([folder])
    assert infos(index)["a.png"].latitude == pytest.approx(28.184478, abs=1e-6)
    sidecar.write_bytes(DATED)
    index.add([folder])
    assert (infos(index)["a.png"].latitude, infos(index)["a.png"].taken_at) == (None, AT)
    sidecar.unlink()
    index.add([folder])
    assert infos(index)["a.png"].taken_at is None
    assert encoder.photos_encoded == 2


def test_an_edit_that_keeps_size_and_time_is_seen_where_the_system_tells(
    index: PhotoIndex, folder: Path, photo: Path
) -> None:
    sidecar = photo.with_suffix(".xmp")
    sidecar.write_bytes(xmp('exif:DateTimeOriginal="2021"'))
    os.utime(sidecar, ns=(5, 5))
    index.add([folder])
    sidecar.write_bytes(xmp('exif:DateTimeOriginal="2022"'))
    os.utime(sidecar, ns=(5, 5))
    index.add([folder])
    taken_at = infos(index)["a.png"].taken_at
    assert taken_at is not None
    assert taken_at.year == (2021 if os.name == "nt" else 2022)


def test_with_its_sidecar_unchanged_a_photo_is_not_opened(
    index: PhotoIndex, folder: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo.with_suffix(".xmp").write_bytes(DATED)
    index.add([folder])
    monkeypatch.setattr(prefetch, "load_photo", None)
    monkeypatch.setattr(prefetch, "whole_file", None)
    assert index.add([folder]).unchanged == 2


def test_copies_have_their_own_sidecars(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    draw("a.png").with_suffix(".xmp").write_bytes(DATED)
    draw("b.png")
    draw("c.png").with_suffix(".xmp").write_bytes(PLACED)
    index.add([folder])
    found = infos(index)
    assert [found[name].taken_at for name in ("a.png", "b.png", "c.png")] == [AT, None, None]
    assert found["c.png"].latitude is not None


def test_a_photo_that_moves_with_its_sidecar_keeps_its_id_and_its_date(
    index: PhotoIndex, folder: Path, photo: Path, encoder: FakeEncoder
) -> None:
    photo.with_suffix(".xmp").write_bytes(DATED)
    index.add([folder])
    before = {photo.path.name: photo.id for photo in index.photos()}
    (folder / "new").mkdir()
    photo.with_suffix(".xmp").rename(folder / "new" / "a.xmp")
    photo.rename(folder / "new" / "a.png")
    assert index.add([folder]).moved == 1
    assert {photo.path.name: photo.id for photo in index.photos()} == before
    assert infos(index)["a.png"].taken_at == AT
    assert encoder.photos_encoded == 2


def test_a_photo_that_moves_away_from_its_sidecar_loses_its_date(
    index: PhotoIndex, folder: Path, photo: Path
) -> None:
    photo.with_suffix(".xmp").write_bytes(DATED)
    index.add([folder])
    photo.rename(folder / "c.png")
    assert index.add([folder]).moved == 1
    assert infos(index)["c.png"].taken_at is None
