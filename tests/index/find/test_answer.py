"""What a reading finds in a simulated library of drawn photos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from photosearch.errors import UsageError
from photosearch.index import PhotoIndex
from photosearch.query.library import Library
from photosearch.query.read import read_query
from photosearch.testing import FakeEncoder, LibraryPlan, SimulatedPhoto, simulate_library
from photosearch.types import Filter, Hit

ALL = 1000


@dataclass(frozen=True)
class World:
    """An index, and what is true of its photos by their ids."""

    index: PhotoIndex
    photos: dict[int, SimulatedPhoto]

    def search(self, text: str, k: int = ALL, filter: Filter | None = None) -> list[Hit]:
        reading = read_query(text, now=datetime(2026, 1, 15), zone="UTC", library=self.library)
        return self.index.search_reading(reading, k, filter)

    def found(self, text: str, k: int = ALL) -> list[SimulatedPhoto]:
        return [self.photos[hit.id] for hit in self.search(text, k)]

    def written(self, photo: SimulatedPhoto) -> datetime | None:
        return datetime.fromisoformat(photo.written_time) if photo.written_time else None

    @property
    def library(self) -> Library | None:
        return self.index.library()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("answer")
    plan = LibraryPlan(photos=240, years=(2019, 2021), seed=3, side=48, keywords=0.4, people=0.3)
    library = simulate_library(home / "library", plan)
    with PhotoIndex.open(home / "x.photoindex", FakeEncoder()) as index:
        index.add(library.folder)
        ids = {photo.path: photo.id for photo in index.photos()}
        yield World(index, {ids[library.folder / photo.path]: photo for photo in library.photos})


def test_a_year_leaves_the_photos_of_that_year(world: World) -> None:
    found = world.found("red 2020")
    assert found
    years = {photo.path for photo in world.photos.values() if _year(world, photo) == 2020}
    assert {photo.path for photo in found} == years


def _year(world: World, photo: SimulatedPhoto) -> int | None:
    time = world.written(photo)
    return time.year if time else None


def test_mondays_at_night_are_told_by_the_cameras_clock(world: World) -> None:
    times = [world.written(photo) for photo in world.found("on fridays in the evening")]
    assert times
    assert all(time and time.isoweekday() == 5 and time.hour >= 18 for time in times)


def test_what_has_no_date_is_in_no_period(world: World) -> None:
    undated = [photo for photo in world.photos.values() if photo.written_time is None]
    assert undated
    assert not {photo.path for photo in undated} & {
        photo.path for photo in world.found("since 1900, 1900 to 2099")
    }


def test_a_place_leaves_photos_there_and_those_told_by_their_words(world: World) -> None:
    place = _a_place(world)
    found = world.found(place)
    assert found
    for photo in found:
        is_named = place in f"{photo.album} {photo.title} {photo.description} {photo.keywords}"
        assert photo.place == place or (is_named and not photo.has_gps)


def _a_place(world: World) -> str:
    """The place with most photos away from home."""
    names = [photo.place for photo in world.photos.values() if photo.event_kind == "trip"]
    return max(sorted(set(names) - {""}), key=names.count)


def test_the_best_by_meaning_comes_first_where_no_word_stands_beside(world: World) -> None:
    hits = world.search("magenta", 3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all("magenta" in str(world.photos[hit.id].source) for hit in hits[:1])


def test_words_beside_a_photo_bring_it_forward_and_are_told(world: World) -> None:
    name = next(each for photo in world.photos.values() for each in photo.people)
    having = {photo.path for photo in world.photos.values() if name in photo.people}
    hits = world.search(name)
    told = [hit for hit in hits if "people" in hit.matched]
    assert {world.photos[hit.id].path for hit in told} == having
    with patch("photosearch.index.find.answer.find_texts", return_value=[]):
        before = {hit.id: hit for hit in world.search(name)}
    for hit in told:
        assert hit.rank <= before[hit.id].rank
        assert hit.score > before[hit.id].score


def test_quoted_words_must_stand_beside_the_photo(world: World) -> None:
    album = next(photo.album for photo in world.photos.values() if photo.event_kind == "trip")
    found = world.found(f'"{album}"')
    assert found
    assert all(photo.album == album for photo in found)
    assert world.search('"no such words at all" red') == []


def test_filters_alone_find_the_newest_first(world: World) -> None:
    hits = world.search("2020")
    times = [world.written(world.photos[hit.id]) for hit in hits]
    assert times == sorted(times, key=lambda time: time or datetime.min, reverse=True)
    assert {hit.confidence for hit in hits} == {1.0}
    assert {hit.score for hit in hits} == {0.0}


def test_either_of_two_alternatives_will_do(world: World) -> None:
    both = {hit.id: hit.score for hit in world.search("red or blue")}
    red = {hit.id: hit.score for hit in world.search("red")}
    blue = {hit.id: hit.score for hit in world.search("blue")}
    assert both == {number: max(red[number], blue[number]) for number in both}


def test_a_filter_and_a_query_hold_together(world: World) -> None:
    only = frozenset(list(world.photos)[:50])
    hits = world.search("red 2020", filter=Filter(ids=only))
    assert {hit.id for hit in hits} == only & {hit.id for hit in world.search("red 2020")}


def test_a_period_that_holds_nothing_finds_nothing(world: World) -> None:
    assert world.search("red 1950") == []


def test_many_texts_find_what_each_finds(world: World) -> None:
    texts = ["red", "blue 2020", "red"]
    assert world.index.search_many(texts, 5) == [world.index.search(text, 5) for text in texts]


def test_without_fts5_quoted_words_are_refused_and_others_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photosearch.index.catalog.Catalog.has_words", lambda _: False)
    with pytest.raises(UsageError, match="got an SQLite without FTS5"):
        world.search('"hotel"')
    assert world.search("red 2020", 3)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    with PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()) as index:
        assert index.search("red 2020 in lisbon") == []
        assert index.library() is None
