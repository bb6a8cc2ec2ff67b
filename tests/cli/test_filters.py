"""Dates and places from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.cli.filters import period, read_filters, read_near
from photosearch.cli.options import Filters
from photosearch.errors import UsageError
from photosearch.types import Filter, Near


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("2024-05", datetime(2024, 5, 1), datetime(2024, 6, 1)),
        ("2024-12", datetime(2024, 12, 1), datetime(2025, 1, 1)),
        ("2024-02-29", datetime(2024, 2, 29), datetime(2024, 3, 1)),
        ("2024-05-01T18:30", datetime(2024, 5, 1, 18, 30), datetime(2024, 5, 1, 18, 31)),
        ("2024-05-01 18:30:59", datetime(2024, 5, 1, 18, 30, 59), datetime(2024, 5, 1, 18, 31)),
        ("9999", datetime(9999, 1, 1), datetime.max),
    ],
)
def test_a_period_runs_to_the_start_of_the_next(text: str, start: datetime, end: datetime) -> None:
    assert period(text, "--since") == (start, end)


@pytest.mark.parametrize(
    "text", ["", "24", "2024-5", "2024/05/01", "yesterday", "2024-05-01T18", "٢٠٢٤", "2024-"]
)
def test_a_date_in_another_form_shows_the_accepted_ones(text: str) -> None:
    with pytest.raises(UsageError, match="expected 2024, 2024-05, 2024-05-01 or"):
        period(text, "--since")


@pytest.mark.parametrize("text", ["2023-02-29", "2024-13", "0000", "2024-05-01T24:00"])
def test_a_day_that_never_was_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="which is no date"):
        period(text, "--until")


@given(st.text())
def test_any_text_is_a_date_or_a_usage_error(text: str) -> None:
    try:
        start, end = period(text, "--since")
    except UsageError:
        return
    assert start < end


def test_until_a_year_takes_in_the_whole_of_it() -> None:
    wanted = read_filters(Filters(until="2024"))
    assert wanted == Filter(until=datetime(2025, 1, 1))


def test_since_and_until_of_one_day_is_that_day() -> None:
    wanted = read_filters(Filters(since="2024-05-01", until="2024-05-01"))
    assert wanted == Filter(since=datetime(2024, 5, 1), until=datetime(2024, 5, 2))


def test_since_after_until_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--since 2025 is after --until 2024"):
        read_filters(Filters(since="2025", until="2024"))


def test_no_options_make_no_filter() -> None:
    assert read_filters(Filters()) is None


def test_under_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = read_filters(Filters(under=[Path("a"), Path("/b")]))
    assert wanted == Filter(under=(tmp_path / "a", Path("/b")))


def test_near_reads_degrees_and_kilometres() -> None:
    assert read_near("-33.86, 151.2,5") == Near(latitude=-33.86, longitude=151.2, radius_km=5.0)


@pytest.mark.parametrize(
    "text", ["", "1,2", "1,2,3,4", "a,b,c", "91,0,1", "0,181,1", "0,0,0", "0,0,-1", "0,0,inf",
             "nan,0,1", "0,nan,1", "0,0,nan"]
)  # fmt: skip
def test_near_refuses_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="--near: got"):
        read_near(text)


def test_media_are_read_in_any_case() -> None:
    found = read_filters(Filters(media=["Screenshot", "photo"], favourites=True))
    assert found == Filter(media=frozenset({"screenshot", "photo"}), favourites=True)


def test_an_unknown_medium_shows_the_known_ones() -> None:
    with pytest.raises(UsageError, match="expected photo, live, .* or dark"):
        read_filters(Filters(media=["film"]))
