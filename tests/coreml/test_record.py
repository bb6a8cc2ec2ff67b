"""`export.json`, written and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from photosearch.contract import EXPORT_RECORD
from photosearch.coreml.record import (
    read_export_record,
    require_export_record,
    write_export_record,
)
from photosearch.errors import BundleError
from photosearch.manifest import ImageSpec, TextSpec
from tests.coreml.records import record_export


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    record_export(tmp_path, image=ImageSpec(size=32), text=TextSpec(8, "wordpiece"))
    return tmp_path


def edit(directory: Path, **changes: Any) -> None:
    path = directory / EXPORT_RECORD
    path.write_text(json.dumps(json.loads(path.read_text()) | changes), encoding="utf-8")


def test_what_is_written_is_read_back_and_written_alike(directory: Path) -> None:
    before = (directory / EXPORT_RECORD).read_bytes()
    record = read_export_record(directory)
    assert record is not None
    write_export_record(directory, record)
    assert (directory / EXPORT_RECORD).read_bytes() == before


def test_a_folder_without_a_record_has_none(tmp_path: Path) -> None:
    assert read_export_record(tmp_path) is None
    with pytest.raises(BundleError, match="expected what photosearch model export wrote"):
        require_export_record(tmp_path)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"target": "iOS4"}, "target"), ({"dim": "3"}, "dim"), ({"speed": 1}, "speed")],
)
def test_a_field_that_cannot_be_is_named(
    directory: Path, changes: dict[str, Any], field: str
) -> None:
    edit(directory, **changes)
    with pytest.raises(BundleError, match=rf"export\.json\.{field}: "):
        read_export_record(directory)


def test_a_field_that_is_missing_is_named(directory: Path) -> None:
    path = directory / EXPORT_RECORD
    left = {k: v for k, v in json.loads(path.read_text()).items() if k != "weights"}
    path.write_text(json.dumps(left))
    with pytest.raises(BundleError, match=r"export\.json\.weights: missing"):
        read_export_record(directory)
