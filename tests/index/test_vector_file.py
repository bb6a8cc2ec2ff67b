"""vectors.faiss: what faiss reads, what the footer tells, and when it is made again."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, get_args

import faiss
import numpy as np
import pytest

from photosearch.errors import IndexDamaged, UsageError
from photosearch.index import searchable_vectors, vector_file
from photosearch.index.store import PhotoIndex
from photosearch.index.vector_file import load_vectors
from photosearch.testing import FakeEncoder

FOURCC = {"SQ8": b"IxSQ", "SQfp16": b"IxSQ", "Flat": b"IxFI"}


@pytest.fixture
def file(full: PhotoIndex) -> Path:
    return full.directory / "vectors.faiss"


@pytest.mark.parametrize("kind", get_args(vector_file.Kind))
def test_faiss_reads_the_file_as_it_is(
    tmp_path: Path, folder: Path, eight: list[Path], kind: vector_file.Kind
) -> None:
    encoder = FakeEncoder()
    with PhotoIndex.open(tmp_path / "i", encoder, kind=kind) as index:
        index.add([folder])
        hits = index.search("red", k=8)
    path = tmp_path / "i" / "vectors.faiss"
    plain = faiss.read_index(str(path))
    scores, ids = plain.search(encoder.encode_texts(["red"]), 8)
    assert path.read_bytes()[:4] == b"IxM2"
    assert FOURCC[kind] in path.read_bytes()[:64]
    assert sorted(ids[0].tolist()) == sorted(hit.id for hit in hits)
    np.testing.assert_allclose(np.clip(scores[0], -1, 1), [hit.score for hit in hits], atol=1e-6)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="SQ8, SQfp16, Flat"):
        PhotoIndex.open(tmp_path / "i", kind="HNSW")  # type: ignore[arg-type]


def test_the_footer_tells_what_comes_before_it(full: PhotoIndex, file: Path) -> None:
    data = file.read_bytes()
    footer = struct.unpack("<8sIIQQQ8x", data[-48:])
    payload = data[:-48]
    expected = (b"PSFOOTER", 1, zlib.crc32(payload), len(payload), full.status().generation, 8)
    assert footer == expected


@pytest.mark.parametrize("kind", get_args(vector_file.Kind))
def test_stored_vectors_are_close_to_the_encoders(
    tmp_path: Path, folder: Path, eight: list[Path], kind: vector_file.Kind
) -> None:
    encoder = FakeEncoder(dim=12)
    with PhotoIndex.open(tmp_path / "i", encoder, kind=kind) as index:
        index.add([folder])
        paths = [photo.path for photo in index.photos()]
        stored = faiss.read_index(str(tmp_path / "i" / "vectors.faiss"))
        got = np.stack([stored.reconstruct(photo.id) for photo in index.photos()])
    np.testing.assert_allclose(got, encoder.encode_images(paths), atol=0.005)


def test_no_value_is_clipped(full: PhotoIndex, folder: Path, file: Path) -> None:
    """Each dimension's range holds all its values, so the error is at most half a step."""
    index: Any = faiss.read_index(str(file))
    codes: Any = faiss.downcast_index(index.index)
    quantizer = codes.sq
    low, width = faiss.vector_to_array(quantizer.trained).reshape(2, -1)
    exact = FakeEncoder().encode_images([photo.path for photo in full.photos()])
    assert (exact >= low - 1e-3).all()
    assert (exact <= low + width + 1e-3).all()


def test_its_bytes_do_not_depend_on_how_the_photos_came(
    tmp_path: Path, folder: Path, eight: list[Path]
) -> None:
    payloads = []
    for name, steps in {"one": [[folder]], "two": [[folder / "a"], [folder / "b"]]}.items():
        with PhotoIndex.open(tmp_path / name, FakeEncoder()) as index:
            for step in steps:
                index.add(step)
        payloads.append((tmp_path / name / "vectors.faiss").read_bytes()[:-48])
    assert payloads[0] == payloads[1]


@pytest.mark.parametrize("place", [0, 30, 100, -40, -20])
def test_one_flipped_byte_is_noticed(file: Path, place: int, full: PhotoIndex) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x55
    file.write_bytes(data)
    generation = full.status().generation
    try:
        loaded = load_vectors(file, generations=range(generation, generation + 1), dim=8)
    except IndexDamaged:
        return
    assert loaded is None  # the generation itself was hit


@pytest.mark.parametrize("keep", [0, 10, 47, 48, 200])
def test_a_cut_file_is_noticed(file: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexDamaged):
        load_vectors(file, generations=range(1, 2), dim=8)


def test_bytes_that_faiss_cannot_parse_are_damage(file: Path) -> None:
    payload = b"nonsense" * 8
    footer = struct.pack("<8sIIQQQ8x", b"PSFOOTER", 1, zlib.crc32(payload), len(payload), 1, 0)
    file.write_bytes(payload + footer)
    with pytest.raises(IndexDamaged):
        load_vectors(file, generations=range(1, 2), dim=8)


@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "stale"])
def test_a_reader_makes_lost_vectors_again_without_embedding(
    full: PhotoIndex, file: Path, encoder: FakeEncoder, damage: str
) -> None:
    expected = [hit.id for hit in full.search("red", k=8)]
    good = file.read_bytes()
    bad = {"cut": good[:100], "garbage": b"x" * 500, "stale": good[:-24] + bytes(24)}
    file.unlink()
    if damage != "missing":
        file.write_bytes(bad[damage])
    with PhotoIndex.open(full.directory, encoder) as index:
        assert [hit.id for hit in index.search("red", k=8)] == expected
    assert encoder.photos_encoded == 8
    assert file.read_bytes() == good


def test_a_reader_that_may_not_write_still_searches(
    full: PhotoIndex, file: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from photosearch.errors import StorageError

    def refuse(*_: object) -> None:
        raise StorageError("read-only")

    file.unlink()
    monkeypatch.setattr(searchable_vectors, "save_vectors", refuse)
    with PhotoIndex.open(full.directory, encoder) as index:
        assert len(index.search("red", k=8)) == 8
    assert not file.exists()


def test_leftovers_of_a_killed_writer_are_swept_up(full: PhotoIndex, folder: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    leftover = full.directory / f"vectors.faiss.{killed.pid}.{killed.pid}.tmp"
    leftover.write_bytes(b"half")
    full.remove(next(full.photos()).id)
    assert not leftover.exists()
