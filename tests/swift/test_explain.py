"""`photosearch-swift explain` says of a query what `photosearch explain` says."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.errors import UsageError
from photosearch.index import PhotoIndex
from photosearch.query.zones import parse_now
from photosearch.testing import FakeEncoder, draw_photo

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_HERE = ("--now", "2026-11-26T10:00", "--zone", "Europe/Berlin")
_QUERIES = (
    "beach last summer without people",
    'red car or motorbike, "rue de rivoli" street:2 -dog',
    "my favourite selfies on mondays at night in june, shot on iphone 12",
    "3/4/2021 near paris, texas",
    "una playa con perros",
    "christmas eve \N{MAN} caf\u00e9\tM\u00fcnchen",
)


@pytest.fixture
def texan_index(tmp_path: Path) -> Path:
    """An index of two photos, one of them from Paris in Texas."""
    folder, place = tmp_path / "photos", tmp_path / "x.photoindex"
    folder.mkdir()
    for width in (40, 50):
        draw_photo("red disc on white", width=width, height=30).save(folder / f"{width}.png")
    with PhotoIndex.open(place, FakeEncoder(dim=8)) as index:
        index.add(folder)
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db, db:
        db.execute("UPDATE photos SET taken_at = 10, latitude = 33.66, longitude = -95.56")
    return place


def _python(*words: str) -> bytes:
    done = CliRunner().invoke(app, ["explain", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


@pytest.mark.parametrize("query", _QUERIES)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_both_print_the_same(run_swift: RunSwift, query: str, form: tuple[str, ...]) -> None:
    words = (*_HERE, *form, "--", query)
    assert run_swift("explain", *words) == _python(*words)


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        ("2026-11-26", "Europe/Berlin"),
        ("2026-11-26 10:00:30", "UTC"),
        ("2026-07-01T23:30Z", "America/New_York"),
        ("2026-10-25T00:30Z", "Europe/Berlin"),
        ("2026-03-29T01:30Z", "Europe/Berlin"),
        ("2100-07-01T12:00+05:30", "Australia/Sydney"),
        ("1850-01-01T00:00-11:00", "Asia/Tokyo"),
        ("0001-01-01T00:00Z", "Europe/Berlin"),
        ("9999-12-31T23:59+23:59", "Etc/GMT+12"),
    ],
)
def test_a_time_with_an_offset_is_that_of_the_zone(
    run_swift: RunSwift, now: str, zone: str
) -> None:
    words = ("--now", now, "--zone", zone, "--json", "a quarter past this hour, today")
    assert run_swift("explain", *words) == _python(*words)


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        ("2026-11-26T10:00", "Europe/Nowhere"),
        ("2026-11-26T10:00", "europe/berlin"),
        ("2026-11-26T10:00", "../zoneinfo/UTC"),
        ("2026-11-26T10:00", "Europe"),
        ("2026-11-26T10:00", "zone.tab"),
        ("2026-11-26T10:00", ""),
        ("yesterday", "UTC"),
        ("2026-02-29", "UTC"),
        ("2026-11-26T24:00", "UTC"),
        ("2026-11-26T10:00+24:00", "UTC"),
        ("0001-01-01T00:00+01:00", "UTC"),
        ("9999-12-31T23:59-01:00", "UTC"),
        ("0000-01-01", "UTC"),
        ("2026-11-26T10:00+1:00", "UTC"),
    ],
)
def test_what_is_no_time_or_no_zone_is_a_usage_error(swift_tool: Path, now: str, zone: str) -> None:
    with pytest.raises(UsageError) as expected:
        parse_now(now, zone)
    words = [str(swift_tool), "explain", "--now", now, "--zone", zone, "dog"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"photosearch-swift explain: {expected.value}\n"


def test_the_photos_of_an_index_say_which_paris_is_meant(
    run_swift: RunSwift, texan_index: Path
) -> None:
    words = ("--index", str(texan_index), *_HERE, "--json", "paris last summer")
    found = run_swift("explain", *words)
    assert found == _python(*words)
    assert json.loads(found)["near"]["longitude"] < -90


def test_no_index_and_no_words_are_errors(swift_tool: Path, tmp_path: Path) -> None:
    def code(*words: str) -> int:
        return subprocess.run([swift_tool, "explain", *words], check=False).returncode

    assert code("dog", "--index", str(tmp_path / "none")) == 7
    assert code("") == code("\u200b") == code() == 2


def test_this_machine_has_a_clock_and_a_zone(run_swift: RunSwift) -> None:
    year = json.loads(run_swift("explain", "this year", "--json"))["when"]["since"][:4]
    assert int(year) in (datetime.now().year - 1, datetime.now().year)
