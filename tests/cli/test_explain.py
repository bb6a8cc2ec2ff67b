"""`photosearch explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.index import PhotoIndex
from photosearch.testing import FakeEncoder
from tests.cli.conftest import run

NOW = ("--now", "2026-11-26T10:00", "--zone", "Europe/Berlin")


@pytest.fixture(autouse=True)
def _no_index_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))


def test_it_says_line_by_line_what_was_read() -> None:
    ran = run("explain", "red", "car", "or", "motorbike,", "lisbon 2019 without people", *NOW)
    assert ran.code == 0
    assert ran.out.decode().splitlines() == [
        "sets back   people",
        "any of      red car | motorbike",
        "since       2019-01-01T00:00:00",
        "until       2020-01-01T00:00:00",
        "near        Lisbon (38.73, -9.15; 15.0 km)",
    ]


def test_json_has_every_member() -> None:
    ran = run("explain", "on mondays", "--json", *NOW)
    assert json.loads(ran.out) == {
        "query": "on mondays",
        "terms": [],
        "any": [],
        "when": {"weekdays": [1]},
        "near": None,
        "media": [],
        "favourites": False,
        "exact": [],
        "camera": None,
        "spans": [{"from": 0, "to": 10, "as": "when"}],
        "note": None,
    }


def test_an_index_says_what_is_meant(tmp_path: Path) -> None:
    PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()).close()
    ran = run("explain", "lisbon", "--index", tmp_path / "x.photoindex", *NOW)
    assert ran.out.startswith(b"near        Lisbon")  # of an index without photos nothing is known


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("today", "--zone", "Mars/Base"), "zone: got 'Mars/Base', expected an IANA name"),
        (("today", "--now", "soon"), "--now: got 'soon', expected 2026-11-26T10:00"),
        (("   ",), "expected words, for example: dog -beach"),
        (("dog", "--index", "/nowhere/x"), "/nowhere/x"),
    ],
)
def test_what_cannot_be_read_is_one_line(arguments: tuple[str, ...], expected: str) -> None:
    ran = run("explain", *arguments)
    assert ran.code != 0
    assert expected in ran.err
    assert len(ran.err.strip().splitlines()) == 1
