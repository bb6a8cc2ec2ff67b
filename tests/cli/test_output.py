"""What programs read from stdout."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from photosearch.cli.options import Output
from photosearch.cli.output import COLUMNS, chosen_form, hit_record, print_hits
from photosearch.errors import UsageError
from photosearch.types import Hit, PhotoInfo

ODD = Path(os.fsdecode(b"/photos/caf\xe9\n.jpg"))  # Latin-1 and a line break: both are legal names


def hit(path: Path, info: PhotoInfo | None = None) -> Hit:
    return Hit(rank=1, id=7, path=path, score=0.25, confidence=0.5, info=info)


INFO = PhotoInfo(
    width=40, height=30, taken_at=datetime(2024, 5, 1, 18, 30), utc_offset_min=120,
    latitude=52.5, longitude=13.4, camera='Maker "One", X', favourite=True,
    media=frozenset({"burst", "live"}),
)  # fmt: skip


def test_json_is_a_list_of_flat_records(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_hits([hit(Path("/photos/é.jpg"), INFO)], "json")
    (record,) = json.loads(capfdbinary.readouterr().out)
    assert set(record) == set(COLUMNS)
    assert record["path"] == "/photos/é.jpg"
    assert record["taken_at"] == "2024-05-01T18:30:00"
    assert record["utc_offset_min"] == 120
    assert record["favourite"] is True
    assert record["media"] == ["live", "burst"]


def test_json_of_a_photo_of_which_nothing_is_known_is_null() -> None:
    record = hit_record(hit(Path("/a.jpg")))
    assert (record["width"], record["favourite"], record["media"]) == (None, None, None)


def test_json_of_no_hits_is_an_empty_list(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_hits([], "json")
    assert json.loads(capfdbinary.readouterr().out) == []


def test_json_keeps_the_exact_bytes_of_a_name_that_is_not_utf8() -> None:
    record = hit_record(hit(ODD))
    assert record["path"] == "/photos/caf�\n.jpg"
    assert base64.b64decode(record["path_base64"]) == os.fsencode(ODD)


def test_csv_survives_quotes_commas_and_odd_names(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    print_hits([hit(ODD, INFO)], "csv")
    text = capfdbinary.readouterr().out.decode("utf-8", "surrogateescape")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["path"] == str(ODD)
    assert row["camera"] == 'Maker "One", X'
    assert (row["favourite"], row["media"]) == ("1", "live burst")


def test_paths_are_the_exact_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_hits([hit(Path("/a")), hit(ODD)], "paths")
    assert capfdbinary.readouterr().out == b"/a\n/photos/caf\xe9\n.jpg\n"


def test_null_ends_every_name_with_a_nul(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_hits([hit(Path("/a")), hit(ODD)], "null")
    assert capfdbinary.readouterr().out.split(b"\0") == [b"/a", os.fsencode(ODD), b""]


def test_a_table_in_a_pipe_is_plain_lines(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_hits([hit(ODD)], "table")
    assert capfdbinary.readouterr().out == b"1\t50%\t0.250\t/photos/caf\\xe9\\x0a.jpg\n"


@pytest.mark.parametrize(
    ("output", "form"),
    [
        (Output(), "table"),
        (Output(json=True), "json"),
        (Output(csv=True), "csv"),
        (Output(paths=True), "paths"),
        (Output(null=True), "null"),
        (Output(paths=True, null=True), "null"),
    ],
)
def test_one_form_is_chosen(output: Output, form: str) -> None:
    assert chosen_form(output) == form


def test_two_forms_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="expected one"):
        chosen_form(Output(json=True, csv=True))
