"""Embeddings go to a file and come back, and a hostile file changes nothing."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from photosearch.errors import StorageError, UsageError, WrongSpace
from photosearch.index import embeddings_import
from photosearch.index.embeddings_file import FIELDS, MISSING
from photosearch.index.progress import Progress
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import verify_index
from photosearch.testing import FakeEncoder
from photosearch.types import Filter

from .conftest import Draw

Arrays = dict[str, np.ndarray]
Change = Callable[[Arrays], object]


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
    assert arrays["media"].tolist() == [9 * each for each in odd]


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
    monkeypatch.setattr(embeddings_import, "_BATCH", 4)

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
    assert (heard[-1].stage, heard[-1].done, heard[-1].total) == ("export", 10, 10)
    described.import_embeddings(file, progress=heard.append)
    assert (heard[-1].stage, heard[-1].done, heard[-1].total) == ("import", 10, 10)


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


def _set(name: str, place: int, value: float) -> Change:
    def change(arrays: Arrays) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name].flat[place] = value

    return change


def _cast(name: str, dtype: str) -> Change:
    return lambda arrays: arrays.update({name: arrays[name].astype(dtype)})


HOSTILE: dict[str, Change] = {
    "vectors: got NaN": _set("vectors", 20, np.nan),
    "vectors: got NaN or infinity": _set("vectors", 79, np.inf),
    "vectors: got F32": _cast("vectors", "f4"),
    "vectors: got F16 .10, 4.": lambda a: a.update(vectors=a["vectors"][:, :4]),
    "camera_end: got I64 .10., expected I64 .80.": lambda a: a.update(vectors=a["vectors"].ravel()),
    "size: got I64 .9.": lambda a: a.update(size=a["size"][:9]),
    "size: got U64": _cast("size", "u8"),
    "content_hash: got U8 .10, 31.": lambda a: a.update(content_hash=a["content_hash"][:, :31]),
    "got the arrays": lambda a: a.pop("media"),
    "got the arrays .'a": lambda a: a.update(also=np.zeros(1)),
    "source_end: expected rising": _set("source_end", 9, 1 << 40),
    "source_end: expected rising numbers": _set("source_end", 3, -1),
    "source_end: expected rising numbers up": _set("source_end", 0, 0),
    "source_end: expected rising numbers up to": _set("source_end", 0, np.iinfo(np.int64).min),
    "camera_end: expected rising": _set("camera_end", 9, 0),
    "camera of photo 0: got .* expected UTF-8": _set("camera", 1, 0xFF),
    "NUL": _set("source", 2, 0),
    "latitude: got infinity": _set("latitude", 1, -np.inf),
    "favourite: got 2": _set("favourite", 1, 2),
    "media: got 64": _set("media", 1, 64),
    "taken_at: got a time": _set("taken_at", 1, 1 << 62),
}


def metadata(file: Path) -> dict[str, str]:
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    found: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return found


@pytest.mark.parametrize("problem", HOSTILE)
def test_a_hostile_array_is_named_and_nothing_is_added(
    file: Path, tmp_path: Path, problem: str
) -> None:
    arrays = dict(load_file(file))
    HOSTILE[problem](arrays)
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, file, metadata(file))
    with PhotoIndex.open(tmp_path / "new") as index:
        with pytest.raises(UsageError, match=problem):
            index.import_embeddings(file)
        assert (index.status().indexed, index.status().space) == (0, "")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "pt"}, "format: got 'pt', expected 'photosearch-embeddings'"),
        ({"version": "2"}, "version: got '2', expected '1'"),
        ({"dim": "seven"}, "metadata: got no readable .*seven"),
        ({"dim": "0"}, "got dim 0"),
        ({"dim": "1000000000"}, "got dim 1000000000, expected 1 to 65536"),
        ({"dim": "16"}, r"vectors: got F16 \[10, 8\], expected F16 \[10, 16\]"),
        ({"calibration_scale": "nan"}, "calibration: got nan and .*, expected finite numbers"),
    ],
)
def test_hostile_metadata_is_named(
    file: Path, index: PhotoIndex, change: dict[str, str], problem: str
) -> None:
    save_file(load_file(file), file, metadata(file) | change)
    with pytest.raises(UsageError, match=problem):
        index.import_embeddings(file)


def test_a_key_that_is_not_there_is_named(file: Path, index: PhotoIndex) -> None:
    left = {key: value for key, value in metadata(file).items() if key != "space"}
    save_file(load_file(file), file, left)
    with pytest.raises(UsageError, match="metadata: got no readable 'space'"):
        index.import_embeddings(file)


def test_a_missing_file_is_a_usage_error(index: PhotoIndex, tmp_path: Path) -> None:
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(UsageError):
            index.import_embeddings(path)


@pytest.mark.parametrize("keep", [0, 7, 8, 100, -1])
def test_a_cut_file_is_a_usage_error(file: Path, index: PhotoIndex, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(UsageError, match="damaged, or no safetensors file"):
        index.import_embeddings(file)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"data_offsets":[0,80]', b'"data_offsets":[0,99]'),
        (b'"data_offsets":[0,80]', b'"data_offsets":[8,80]'),
        (b'"shape":[10,8]', b'"shape":[99,8]'),
        (b'"dtype":"F16"', b'"dtype":"X16"'),
        (b'"__metadata__":{', b'"__metadata__":['),
    ],
)
def test_a_header_that_does_not_fit_is_a_usage_error(
    file: Path, index: PhotoIndex, old: bytes, new: bytes
) -> None:
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))
    with pytest.raises(UsageError):
        index.import_embeddings(file)


def test_any_flipped_bytes_are_a_usage_error_or_harmless(file: Path, tmp_path: Path) -> None:
    good, dice = file.read_bytes(), random.Random(0)
    for number in range(100):
        data = bytearray(good)
        for _ in range(dice.choice((1, 3, 20))):
            data[dice.randrange(dice.choice((400, len(data))))] = dice.randrange(256)
        file.write_bytes(data)
        with PhotoIndex.open(tmp_path / f"{number}.photoindex") as index:
            try:
                index.import_embeddings(file)
            except UsageError:
                assert index.status().indexed == 0
                continue
            list(index.photos())
        assert verify_index(tmp_path / f"{number}.photoindex").problems == ()
