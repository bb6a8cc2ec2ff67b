"""Real photo files, drawn by the test, and an index of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def names(index: PhotoIndex) -> dict[str, str]:
    """File name -> status."""
    return {photo.path.name: photo.status for photo in index.photos()}
