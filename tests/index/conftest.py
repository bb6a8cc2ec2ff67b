"""Real photo files, drawn by the test, and an index of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from photosearch.index import catalog
from photosearch.index.store import PhotoIndex
from photosearch.testing import COLORS, FakeEncoder

Draw = Callable[..., Path]


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test cuts the power, and most of their time went into waiting for the disk."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr(catalog, "DURABILITY", "OFF")


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    return path


@pytest.fixture
def draw(folder: Path) -> Draw:
    """Writes a photo of one colour: draw("a/red.png", "red", width=9) -> path."""

    def write(
        name: str, color: str = "red", *, width: int = 8, exif: Image.Exif | None = None
    ) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (width, 8), "#0f0" if color == "green" else color)
        image.save(path, exif=exif or Image.Exif())
        return path

    return write


@pytest.fixture
def eight(draw: Draw) -> list[Path]:
    """One photo of each colour: two folders of four."""
    return [draw(f"{'ab'[i // 4]}/{color}.png", color) for i, color in enumerate(COLORS)]


@pytest.fixture
def index(tmp_path: Path, encoder: FakeEncoder) -> Iterator[PhotoIndex]:
    with PhotoIndex.open(tmp_path / "test.photoindex", encoder) as opened:
        yield opened


@pytest.fixture
def full(index: PhotoIndex, folder: Path, eight: list[Path]) -> PhotoIndex:
    """An index of the eight photos."""
    index.add([folder])
    return index


@pytest.fixture
def described(full: PhotoIndex, draw: Draw, folder: Path, eight: list[Path]) -> PhotoIndex:
    """Photos with and without what a camera writes, a copy, a broken one and an odd name."""
    (folder / "copy.png").write_bytes(eight[0].read_bytes())
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(eight[1].read_bytes())
    full.add([folder])
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute(
            "UPDATE photos SET taken_at = -5, utc_offset_min = -480, latitude = 48.5,"
            " longitude = -16.25, camera = 'Straße Ⅲ', favourite = 1, media = 9 WHERE id % 2"
        )
    return full


@pytest.fixture
def file(described: PhotoIndex, tmp_path: Path) -> Path:
    path = tmp_path / "photos.safetensors"
    described.export_embeddings(path)
    return path


def names(index: PhotoIndex) -> dict[str, str]:
    """File name -> status."""
    return {photo.path.name: photo.status for photo in index.photos()}
