"""library.json: read back whole, and refused where it is damaged."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import UsageError
from photosearch.testing import LibraryPlan, SimulatedLibrary, plan_library, read_library
from photosearch.testing.library.manifest import manifest_bytes, write_manifest

PLAN = LibraryPlan(photos=30, seed=2, titles=0.5)


@pytest.fixture
def library(tmp_path: Path) -> SimulatedLibrary:
    library = SimulatedLibrary(tmp_path, PLAN, plan_library(PLAN), ("broken.jpg", "\udcff.jpg"))
    write_manifest(tmp_path, library)
    return library


def test_what_was_written_is_read(library: SimulatedLibrary) -> None:
    assert read_library(library.folder) == library
    assert read_library(str(library.folder)).photos[3].taken_at == library.photos[3].taken_at


def test_it_is_ascii_with_a_line_for_each_photo(library: SimulatedLibrary) -> None:
    lines = manifest_bytes(library).decode("ascii").splitlines()
    assert len(lines) == 30 + 2
    assert all(json.loads(line.rstrip(","))["path"] for line in lines[1:-1])


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match="got no library.json"):
            read_library(folder)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("local_time", "yesterday", "local_time: got 'yesterday'"),
        ("local_time", "2019-02-31T10:00:00", "local_time: got '2019-02-31T10:00:00'"),
        ("written_time", "2019-07-04", "written_time: got '2019-07-04'"),
        ("written_time", "0000-01-01T00:00:00", "written_time: got '0000-01-01T00:00:00'"),
        ("latitude", "north", "latitude: got 'north'"),
        ("clock", "late", "clock: got 'late'"),
        ("media", "film", "media: got 'film'"),
        ("keywords", "holiday", "keywords: got 'holiday'"),
        ("path", "../../etc/passwd", "path: got '../../etc/passwd'"),
        ("sidecar", "/etc/passwd", "sidecar: got '/etc/passwd'"),
        ("width", 0, "width: got 0"),
        ("colour", "red", "colour: unknown"),
    ],
)
def test_the_first_bad_field_is_named(
    library: SimulatedLibrary, name: str, value: Any, told: str
) -> None:
    path = library.folder / "library.json"
    raw = json.loads(path.read_bytes())
    raw["photos"][7][name] = value
    path.write_text(json.dumps(raw))
    with pytest.raises(UsageError) as raised:
        read_library(library.folder)
    assert f"photos[7].{told}" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("schema", 2, "schema: got 2, expected 1"),
        ("plan", {"photos": 0}, "photos: got 0"),
        ("photos", None, "photos: got None"),
    ],
)
def test_a_bad_head_is_named(library: SimulatedLibrary, name: str, value: Any, told: str) -> None:
    path = library.folder / "library.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), name: value}))
    with pytest.raises(UsageError) as raised:
        read_library(library.folder)
    assert told in str(raised.value)


@given(st.integers(0, 400), st.binary(max_size=3))
def test_a_damaged_one_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    whole = manifest_bytes(SimulatedLibrary(folder, PLAN, plan_library(PLAN)[:1]))
    (folder / "library.json").write_bytes(whole[:at] + damage + whole[at + len(damage) :])
    with suppress(UsageError):
        assert len(read_library(folder).photos) == 1
