"""An embeddings file of unknown origin: a typed error that says what is wrong, and no change."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from photosearch.errors import UsageError
from photosearch.index.media_bits import KIND_BITS
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import verify_index

Arrays = dict[str, np.ndarray]
Change = Callable[[Arrays], object]


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
    "media: got 1024": _set("media", 1, 1024),
    "taken_at: got a time": _set("taken_at", 1, 1 << 62),
}


def metadata(file: Path) -> dict[str, str]:
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    found: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return found


def test_a_file_of_a_former_version_is_taken(file: Path, tmp_path: Path) -> None:
    """Its media are bytes: there were six kinds."""
    arrays = dict(load_file(file))
    arrays["media"] = (arrays["media"] & KIND_BITS).astype(np.uint8)
    save_file(arrays, file, metadata(file))
    with PhotoIndex.open(tmp_path / "new") as index:
        assert index.import_embeddings(file) == 10
        media = [photo.info and "live" in photo.info.media for photo in index.photos()]
        assert media == [bool(each & 1) for each in arrays["media"].tolist()]


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
