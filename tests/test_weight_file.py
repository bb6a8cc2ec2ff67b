"""Weights in one file or two are the same put together; a false table is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.errors import BundleError, ShapeError
from photosearch.manifest import file_entry
from photosearch.weight_file import (
    Elsewhere,
    Stored,
    read_config,
    read_elsewhere,
    read_stored,
    whole_entry,
    write_stored,
)
from photosearch.weights import load_tensors
from tests.blobs import write_blobs

CONFIG = {"heads": 2, "backbone": "näme"}
FILE = "image.mlpackage/weight.bin"
ARRAYS: Stored = {
    "text.a.q8": np.arange(12, dtype=np.int8).reshape(3, 4),
    "text.a.scale": np.arange(3, dtype=np.float16),
    "image.b": np.arange(6, dtype=np.float32).reshape(1, 6),
    "image.c.q8": np.arange(8, dtype=np.int8).reshape(2, 4),
    "image.c.scale": np.ones(2, np.float16),
    "image.d.q4": np.zeros((1, 32), np.uint8),
    "image.d.scale": np.ones((1, 1), np.float16),
    "image.empty": np.zeros((0, 3), np.float16),
}
SHARED = ("image.b", "image.c.q8", "image.c.scale")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    write_stored(tmp_path / "whole", ARRAYS, CONFIG)
    return tmp_path / "whole"


def split(folder: Path, **changes: Any) -> Path:
    """The same arrays, of which a package holds three. Changes are to the table."""
    (folder / FILE).parent.mkdir(exist_ok=True)
    empty = np.empty(0, np.int8)
    offsets = write_blobs(folder / FILE, [*(ARRAYS[name] for name in SHARED), empty])[:3]
    places = {
        name.removeprefix("image."): (offset, *ARRAYS[name].shape)
        for name, offset in zip(SHARED, offsets, strict=True)
    }
    kept = {name: array for name, array in ARRAYS.items() if name not in SHARED}
    table = Elsewhere(changes.pop("file", FILE), places | changes)
    write_stored(folder / "split", kept, CONFIG, table)
    return folder / "split"


def same(one: Stored, other: Stored) -> bool:
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name])
        for name in one
    )


def test_what_is_written_comes_back_from_one_file_or_two(whole: Path, tmp_path: Path) -> None:
    for path in (whole, split(tmp_path)):
        assert same(read_stored(path), ARRAYS)
        assert read_config(path) == CONFIG
    images = {name: array for name, array in ARRAYS.items() if name.startswith("image.")}
    assert same(read_stored(tmp_path / "split", "image."), images)
    assert read_elsewhere(whole) is None


def test_safetensors_reads_what_is_written(whole: Path) -> None:
    from safetensors.numpy import load_file

    assert same(load_file(whole), ARRAYS)


def test_the_bytes_are_those_that_safetensors_writes(whole: Path) -> None:
    """Files that were written by it are put together to what they were."""
    from safetensors.numpy import save

    metadata = {"config": json.dumps(CONFIG, sort_keys=True)}
    assert whole.read_bytes() == save(ARRAYS, metadata=metadata)


def test_put_together_two_files_are_the_whole_byte_for_byte(whole: Path, tmp_path: Path) -> None:
    path = split(tmp_path)
    assert whole_entry(path) == whole_entry(whole) == file_entry(whole)
    assert path.stat().st_size < whole.stat().st_size + len(FILE) + 200


def test_the_text_tower_is_read_without_the_package(tmp_path: Path) -> None:
    path = split(tmp_path)
    (tmp_path / FILE).unlink()
    assert list(load_tensors(path, "text.")) == ["a"]
    with pytest.raises(BundleError, match=r"weight\.bin"):
        load_tensors(path, "image.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b": [10**6, 1, 6]}, "offset 1000000 lies outside"),
        ({"b": [2**39, 1, 6]}, "lies outside"),
        ({"b": [2**62, 1, 6]}, "expected an offset and a shape"),
        ({"b": [64, *[2**30] * 300]}, "expected an offset and a shape"),
        ({f"n{number}": [64, 1] for number in range(10_001)}, "expected at most 10000"),
        ({"b": [64, *[1] * 80, 6]}, "expected an offset and a shape"),
        ({"nothing": [448, 0, 2**39, 2**39]}, "image.nothing: "),
        ({"a\ud800": [64, 1, 6]}, r"'a\\ud800': got"),
        ({"b": [-64, 1, 6]}, r"'b': got \[-64, 1, 6\], expected an offset and a shape"),
        ({"b": []}, r"'b': got \[\], expected an offset and a shape"),
        ({"b": [64, -1, -6]}, "expected an offset and a shape"),
        ({"b": [128, 1, 6]}, "no blob at offset 128"),
        ({"b": [64, 1, 5]}, r"float32 \[1, 5\] takes 20 bytes, its blob at 64 has 24"),
        ({"b": [64, 2**39, 2**39]}, "takes 1208925819614629174706176 bytes"),
        ({"twin": [64, 1, 6]}, r"its bytes in image\.mlpackage/weight\.bin are another's too"),
        ({"d.q4": [64, 1, 6]}, r"image\.d\.q4: stored twice, expected once"),
        ({"c.q8": [64, 1, 6]}, "are another's too"),
        ({"file": "../weight.bin"}, "expected a name inside the bundle"),
        ({"file": "/etc/passwd"}, "expected a name inside the bundle"),
        ({"file": "a\0b"}, "expected a name inside the bundle"),
        ({"file": "nowhere"}, "nowhere"),
        ({"file": ""}, "weights"),
    ],
)
def test_a_table_that_cannot_be_is_a_bundle_error(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = split(tmp_path, **changes)
    for read in (read_stored, whole_entry):
        with pytest.raises(BundleError, match=message):
            read(path)


def test_a_pipe_is_no_weight_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "weights.safetensors")
    with pytest.raises(BundleError, match="is not a regular file"):
        read_config(tmp_path / "weights.safetensors")


def test_a_blob_of_another_type_than_the_name_says_is_refused(tmp_path: Path) -> None:
    path = split(tmp_path, **{"c.q8": [320, 2, 1], "c.scale": [192, 8]})
    with pytest.raises(BundleError, match=r"c\.q8: got float16, expected int8"):
        load_tensors(path, "image.")


def test_a_blob_of_a_type_that_no_weight_has_is_refused(tmp_path: Path) -> None:
    path = split(tmp_path)
    write_blobs(tmp_path / FILE, [np.zeros(6, np.int32)] * 3)
    with pytest.raises(BundleError, match=r"got blob type 14, expected \[2, 1, 4, 3\]"):
        read_stored(path)


@pytest.mark.parametrize(
    "table", ["", "{", "[" * 100_000, "[]", "{}", '{"file": 1, "image": {}}',
              '{"file": "a", "image": {"b": [64, "1"]}}', '{"file": "a", "image": {}, "text": {}}'],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_a_bundle_error(tmp_path: Path, table: str) -> None:
    from safetensors.numpy import save_file

    metadata = {"config": "{}", "elsewhere": table}
    save_file({"text.a": np.zeros(1, np.float16)}, tmp_path / "w", metadata=metadata)
    with pytest.raises(BundleError, match="elsewhere"):
        read_stored(tmp_path / "w")


def test_a_type_that_no_weight_has_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"text\.a: got int64, expected one of float32"):
        write_stored(tmp_path / "w", {"text.a": np.arange(3)}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", [[0, 2**63], [0, 2**40, 2**40], [0] * 80])
def test_sides_that_numpy_cannot_hold_are_not_put_together(
    tmp_path: Path, shape: list[int]
) -> None:
    entry = {"dtype": "U8", "shape": shape, "data_offsets": [0, 0]}
    header = json.dumps({"__metadata__": {"config": "{}"}, "text.a": entry}).encode()
    (tmp_path / "w").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(BundleError):
        whole_entry(tmp_path / "w")


def test_a_type_that_no_weight_has_is_not_put_together(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a": np.arange(3)}, tmp_path / "w", metadata={"config": "{}"})
    with pytest.raises(BundleError, match=r"text\.a: got I64, expected one of F32"):
        whole_entry(tmp_path / "w")
