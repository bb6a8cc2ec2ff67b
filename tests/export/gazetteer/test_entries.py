"""The gazetteer that is committed is what its sources make."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.gazetteer import entries, sources
from export.gazetteer.entries import render
from photosearch.query.gazetteer import PATH, fold_name, gazetteer


@pytest.mark.slow
def test_the_committed_file_is_what_the_sources_make(places: list[sources.Place]) -> None:
    assert render(places) == PATH.read_bytes(), "run `python -m export.gazetteer`"


@pytest.mark.slow
def test_the_order_of_the_places_decides_nothing_about_those_that_are_known(
    places: list[sources.Place],
) -> None:
    countries = [place for place in places if place.names[0] in ("Georgia", "Jordan", "Mexico")]
    assert render(countries) == render(countries[::-1])


def test_every_listed_name_is_in_the_file(places: list[sources.Place]) -> None:
    listed = (place for place in places if place.is_listed)
    keys = {fold_name(name) for place in listed for name in place.names}
    missing = [key for key in keys if key.isascii() and not gazetteer().find(key)]
    assert missing == []


def test_towns_of_30000_in_europe_and_north_america_are_in_the_file(
    places: list[sources.Place],
) -> None:
    towns = [
        place
        for place in places
        if place.population >= 30_000 and place.country in {"DE", "FR", "GB", "IT", "US", "CA"}
    ]
    keys = (fold_name(town.names[0]) for town in towns)
    missing = [key for key in keys if len(key.split()) <= 5 and not gazetteer().find(key)]
    assert missing == []


@pytest.mark.slow
def test_the_command_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from export.gazetteer.__main__ import app

    monkeypatch.setattr(sources, "places", list)
    monkeypatch.setattr(entries, "words_alike", lambda _: frozenset())
    result = CliRunner().invoke(app, ["--to", str(tmp_path / "made.txt")])
    assert result.exit_code == 0
    assert (tmp_path / "made.txt").read_bytes() == b"#photosearch gazetteer 1 0\n"
