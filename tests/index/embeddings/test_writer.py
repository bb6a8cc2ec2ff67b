"""Embeddings go to a file and come back, and a hostile file changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from photosearch.errors import StorageError, UsageError, WrongSpace
from photosearch.index.embeddings import importer
from photosearch.index.embeddings.file_format import FIELDS, MISSING
from photosearch.index.media_bits import KIND_BITS
from photosearch.index.store import PhotoIndex
from photosearch.progress import Progress
from photosearch.testing import FakeEncoder
from photosearch.types import Filter
from tests.index.conftest import Draw

Arrays = dict[str, np.ndarray]
Change = Callable[[Arrays], object]


def known(index: PhotoIndex) -> list[Any]:
    """All that is known of the indexed photos, but for their ids."""
    found = [photo for photo in index.photos() if photo.status == "indexed"]
    return [(p.path, p.size_bytes, p.mtime_ns, p.content_hash, p.info) for p in found]


def test_an_index_comes_back_from_its_file(
    described: PhotoIndex, file: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    encoded = encoder.photos_encoded
    with PhotoIndex.open(tmp_path / "new", encoder) as index:
        assert index.import_embeddings(file) == 10
        assert known(index) == known(described)
        for wanted in (None, Filter(favourites=True), Filter(media=frozenset({"live"}))):
            got, expected = index.search("red", 20, wanted), described.search("red", 20, wanted)
            assert [(h.path, h.score) for h in got] == [(h.path, h.score) for h in expected]
        assert index.verify().problems == ()
    assert encoder.photos_encoded == encoded
    assert (tmp_path / "new" / "vectors.faiss").exists()


def test_a_copy_of_an_index_exports_the_same_bytes(
    file: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    with PhotoIndex.open(tmp_path / "new") as index:
        index.import_embeddings(file)
        assert index.export_embeddings(tmp_path / "again.safetensors") == 10
    assert (tmp_path / "again.safetensors").read_bytes() == file.read_bytes()


def test_safetensors_reads_the_file(file: Path, described: PhotoIndex) -> None:
    arrays = load_file(file)
    assert arrays.keys() == FIELDS.keys()
    assert arrays["vectors"].dtype == np.float16
    assert arrays["vectors"].shape == (10, 8)
    np.testing.assert_allclose(np.linalg.norm(arrays["vectors"], axis=1), 1, atol=1e-3)
    odd = [photo.id % 2 == 1 for photo in described.photos() if photo.status == "indexed"]
    assert np.isnan(arrays["latitude"]).tolist() == [not each for each in odd]
    assert (arrays["taken_at"] == MISSING).tolist() == [not each for each in odd]
    assert (arrays["media"] & KIND_BITS).tolist() == [9 * each for each in odd]


def test_what_is_indexed_again_afterwards_is_unchanged(
    file: Path, tmp_path: Path, folder: Path, encoder: FakeEncoder
) -> None:
    with PhotoIndex.open(tmp_path / "new", encoder) as index:
        index.import_embeddings(file)
        encoded = encoder.photos_encoded
        assert index.add([folder]).unchanged == 10
    assert encoder.photos_encoded == encoded


def test_photos_that_are_known_stay_as_they_are(described: PhotoIndex, file: Path) -> None:
    before = known(described), described.status().generation
    assert described.import_embeddings(file) == 0
    assert (known(described), described.status().generation) == before


def test_other_content_gets_another_id(
    described: PhotoIndex, file: Path, draw: Draw, eight: list[Path], encoder: FakeEncoder
) -> None:
    number = described.similar(eight[2], 1)[0].id
    draw(f"a/{eight[2].name}", width=50)
    described.add([eight[2]])
    last = max(photo.id for photo in described.photos())
    assert described.import_embeddings(file) == 1
    ids = {photo.path: photo.id for photo in described.photos()}
    assert ids[eight[2]] == last + 1 != number
    assert described.verify().problems == ()
    assert len(described.search("red", 20)) == 10


def test_an_interrupted_import_goes_on(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "_BATCH", 4)

    def stop(now: Progress) -> None:
        if now.done == 8:
            raise KeyboardInterrupt

    with PhotoIndex.open(tmp_path / "new") as index:
        with pytest.raises(KeyboardInterrupt):
            index.import_embeddings(file, progress=stop)
        assert index.status().indexed == 8
        assert len(index.search_vector(np.eye(8, dtype=np.float32)[0])) == 8
        assert index.import_embeddings(file) == 2
        assert len(index.search_vector(np.eye(8, dtype=np.float32)[0])) == 10


def test_progress_ends_with_all_photos(described: PhotoIndex, file: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    described.export_embeddings(tmp_path / "x.safetensors", progress=heard.append)
    assert heard[-1] == Progress(10, 10, "exporting")
    described.import_embeddings(file, progress=heard.append)
    assert heard[-1] == Progress(10, 10, "importing")


def test_another_models_file_is_refused(
    file: Path, tmp_path: Path, folder: Path, eight: list[Path]
) -> None:
    other = FakeEncoder(name="other")
    with PhotoIndex.open(tmp_path / "empty", other) as index:
        with pytest.raises(WrongSpace, match="got fake"):
            index.import_embeddings(file)
        assert index.status().space == ""
    with PhotoIndex.open(tmp_path / "other", other) as index:
        index.add([folder])
    with PhotoIndex.open(tmp_path / "other") as index, pytest.raises(WrongSpace, match="got fake"):
        index.import_embeddings(file)


def test_an_index_without_photos_has_nothing_to_export(index: PhotoIndex, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="got no indexed photos"):
        index.export_embeddings(tmp_path / "x.safetensors")
    assert not (tmp_path / "x.safetensors").exists()


def test_an_index_that_lost_its_photos_makes_a_file_of_none(
    full: PhotoIndex, folder: Path, tmp_path: Path
) -> None:
    full.remove(folder)
    assert full.export_embeddings(tmp_path / "x.safetensors") == 0
    assert full.import_embeddings(tmp_path / "x.safetensors") == 0


def test_a_file_that_cannot_be_written_is_a_storage_error(full: PhotoIndex, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        full.export_embeddings(tmp_path / "none" / "x.safetensors")
