"""The weight file of a Core ML package: every blob is where it is said to be, or an error."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.blobs import BlobFile
from photosearch.errors import PackageError
from tests.blobs import write_blobs

ARRAYS: list[NDArray[Any]] = [
    np.arange(5, dtype=np.float16),
    np.arange(70, dtype=np.int8),
    np.ones(3, np.float32),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_blobs(tmp_path / "weight.bin", ARRAYS)
    return tmp_path / "weight.bin"


def poke(path: Path, offset: int, data: bytes) -> BlobFile:
    """The file with other bytes at a place."""
    whole = bytearray(path.read_bytes())
    whole[offset : offset + len(data)] = data
    path.write_bytes(whole)
    return BlobFile(path)


def test_every_blob_is_listed_in_order_with_its_type_and_bytes(path: Path) -> None:
    blobs = list(BlobFile(path).blobs())
    assert [(blob.offset, blob.start, blob.type) for blob in blobs] == [
        (64, 128, 1),
        (192, 256, 4),
        (384, 448, 2),
    ]
    assert [bytes(blob.data) for blob in blobs] == [array.tobytes() for array in ARRAYS]


def test_a_blob_is_read_by_the_offset_of_its_metadata(path: Path) -> None:
    assert bytes(BlobFile(path).blob(192).data) == ARRAYS[1].tobytes()


@pytest.mark.parametrize("offset", [-64, 4000, 2**70])
def test_an_offset_outside_the_file_is_refused(path: Path, offset: int) -> None:
    with pytest.raises(PackageError, match=f"offset {offset} lies outside its 512 bytes"):
        BlobFile(path).blob(offset)


def test_an_offset_at_no_blob_is_refused(path: Path) -> None:
    with pytest.raises(PackageError, match="no blob at offset 128"):
        BlobFile(path).blob(128)


@pytest.mark.parametrize(("size", "start"), [(2**63, 128), (10, 2**63), (500, 128)])
def test_a_blob_beyond_the_end_is_refused(path: Path, size: int, start: int) -> None:
    file = poke(path, 64, struct.pack("<IIQQ", 0xDEADBEEF, 1, size, start))
    with pytest.raises(PackageError, match="but the file has 512 bytes"):
        file.blob(64)


def test_blobs_that_lead_round_in_a_circle_are_refused(path: Path) -> None:
    file = poke(path, 64, struct.pack("<IIQQ", 0xDEADBEEF, 1, 0, 64))
    with pytest.raises(PackageError, match="blob at 64 is not where its data are"):
        list(file.blobs())


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "got 0 bytes"), (bytes(63), "got 63 bytes"), (bytes(64), "got version 0, expected 2")],
)
def test_what_is_no_weight_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "weight.bin").write_bytes(data)
    with pytest.raises(PackageError, match=message):
        list(BlobFile(tmp_path / "weight.bin").blobs())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="nowhere"):
        BlobFile(tmp_path / "nowhere").blob(64)
