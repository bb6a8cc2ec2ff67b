"""Time zones, and what the clock shows there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.query import zones
from photosearch.query.zones import (
    is_month_first,
    is_southern,
    local_now,
    parse_now,
    system_zone,
)


def test_the_month_comes_first_in_the_united_states() -> None:
    assert is_month_first("America/New_York")
    assert is_month_first("America/Indiana/Knox")
    assert is_month_first("Pacific/Honolulu")
    for zone in ("America/Toronto", "Europe/Berlin", "Australia/Sydney", "", "America", "UTC"):
        assert not is_month_first(zone)


def test_zones_of_the_south_are_known_by_their_names() -> None:
    for zone in (
        "Australia/Sydney",
        "America/Sao_Paulo",
        "Africa/Johannesburg",
        "Pacific/Auckland",
    ):
        assert is_southern(zone)
    for zone in ("Europe/Berlin", "America/Bogota", "Asia/Tokyo", "UTC", "", "Africa"):
        assert not is_southern(zone)


def test_every_southern_zone_is_one_of_the_database() -> None:
    for area, cities in zones._SOUTHERN.items():
        for city in cities.split():
            local_now(f"{area}/{city}")


def test_now_is_what_the_clock_shows_there() -> None:
    tokyo = local_now("Asia/Tokyo")
    assert abs(tokyo - datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=9)) < (
        timedelta(minutes=1)
    )
    assert abs(local_now() - datetime.now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-26T10:00", datetime(2026, 11, 26, 10)),
        ("2026-11-26 10:00:30", datetime(2026, 11, 26, 10, 0, 30)),
        ("2026-11-26", datetime(2026, 11, 26)),
        ("2026-11-26T10:00Z", datetime(2026, 11, 26, 11)),
        ("2026-07-26T10:00Z", datetime(2026, 7, 26, 12)),
        ("2026-11-26T10:00-05:00", datetime(2026, 11, 26, 16)),
        ("2026-03-29T00:59Z", datetime(2026, 3, 29, 1, 59)),
        ("2026-03-29T01:00Z", datetime(2026, 3, 29, 3)),
        ("0001-01-01T00:00", datetime(1, 1, 1)),
    ],
)
def test_a_time_is_that_of_the_clock_there(text: str, expected: datetime) -> None:
    assert parse_now(text, "Europe/Berlin") == expected


@pytest.mark.parametrize(
    "text",
    ["now", "", "2026", "2026-13-01", "2026-02-30", "2026-11-26T25:00", "0000-01-01", "20261126",
     "2026-11-26T10", "2026-W48-4", "0001-01-01T00:00+14:00", "2026-11-26T10:00+99:00"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--now: got .* expected 2026-11-26T10:00"):
        parse_now(text, "Europe/Berlin")


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "", "Europe", "\0", "a/b"])
def test_a_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(UsageError, match="expected an IANA name, for example Europe/Berlin"):
        local_now(zone)


def test_the_zone_of_the_system_is_named_by_the_environment_or_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert system_zone() == "Asia/Tokyo"
    monkeypatch.delenv("TZ")
    link = tmp_path / "localtime"
    monkeypatch.setattr(zones, "_LOCALTIME", link)
    assert system_zone() == ""
    link.symlink_to("/usr/share/zoneinfo/Australia/Sydney")
    assert system_zone() == "Australia/Sydney"
