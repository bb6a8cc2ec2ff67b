"""Dates, places and cameras of real and of written files, with exiftool as the judge.

What it said is stored (exiftool 12.57), so that its absence hides no fault of ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.errors import ImageError
from photosearch.images.metadata.read import read_info
from photosearch.types import PhotoInfo
from tests.images.exiftool import STORED, Judged, installed, judge
from tests.images.written import FILES

JUDGED: dict[str, Judged] = json.loads(STORED.read_text(encoding="utf-8"))

# What we mean to read otherwise than exiftool 12.57, and why
DIFFERENCES = {
    "iptc-newer.jpg": "the digest counts: exiftool -use MWG -MWG:DateTimeOriginal says as we do",
}


def told(info: PhotoInfo) -> tuple[object, ...]:
    taken_at = info.taken_at.isoformat() if info.taken_at else None
    place = (None if x is None else round(x, 6) for x in (info.latitude, info.longitude))
    return (taken_at, info.utc_offset_min, *place)


@pytest.mark.parametrize("name", FILES)
def test_a_written_file_tells_when_and_where(name: str) -> None:
    data, right = FILES[name]
    assert told(read_info(data)) == right


@pytest.mark.parametrize("name", JUDGED)
def test_a_real_file_tells_what_exiftool_does(name: str, shared_data: Path) -> None:
    path = shared_data.parent / name
    if not path.is_file():
        pytest.skip(f"no {name} in the shared data")
    try:
        info = read_info(path)
    except ImageError as error:
        pytest.skip(f"not a picture for us: {error}")
    *right, make, model = JUDGED[name]
    assert told(info) == tuple(right)
    assert (info.camera or "") in (f"{make} {model}".strip(), model, make)


@pytest.mark.slow
@pytest.mark.skipif(not installed(), reason="exiftool is not installed")
def test_exiftool_says_the_same_of_the_written_files(tmp_path: Path) -> None:
    paths = {name: tmp_path / name for name in FILES}
    for name, path in paths.items():
        path.write_bytes(FILES[name][0])
    judged = judge(paths.values())
    differ = {name: tuple(judged[path][:4]) for name, path in paths.items()}
    differ = {name: got for name, got in differ.items() if got != FILES[name][1]}
    assert differ.keys() == DIFFERENCES.keys(), differ


@pytest.mark.slow
@pytest.mark.skipif(not installed(), reason="exiftool is not installed")
def test_exiftool_says_what_is_stored(shared_data: Path) -> None:
    paths = {name: shared_data.parent / name for name in JUDGED}
    if not all(path.is_file() for path in paths.values()):
        pytest.skip("not all of the judged files are in the shared data")
    judged = judge(paths.values())
    assert {name: judged[path] for name, path in paths.items()} == JUDGED
