"""Albums and words, which are true of their event."""

from __future__ import annotations

from datetime import datetime

import pytest

from photosearch.testing import LibraryPlan
from photosearch.testing.library.chance import Chance
from photosearch.testing.library.shots import Shot, draw_shots
from photosearch.testing.library.words import Words, album_name, draw_words, folder_of

PLAN = LibraryPlan(photos=600, seed=2, titles=1, keywords=1, people=1)


@pytest.fixture(scope="module")
def described() -> list[tuple[Shot, Words]]:
    chance = Chance(2, "words")
    return [(shot, draw_words(chance, PLAN, shot)) for shot in draw_shots(PLAN)]


def test_a_trip_is_called_after_its_month_and_place(described: list[tuple[Shot, Words]]) -> None:
    for shot, words in described:
        if shot.event.kind == "trip":
            assert album_name(shot.event) == f"{shot.event.first:%Y-%m} {shot.event.place.name}"
            day = (shot.local.date() - shot.event.first).days + 1
            assert words.title == f"{shot.event.place.name}, day {day}"
            assert set(words.keywords) <= {
                shot.event.place.name,
                shot.event.place.country,
                "holiday",
            }


def test_a_party_is_called_after_itself(described: list[tuple[Shot, Words]]) -> None:
    for shot, words in described:
        if shot.event.kind == "party":
            assert album_name(shot.event) == f"{words.title} {shot.event.first.year}"
            assert words.title.split(" of ")[0].lower().endswith(ENDINGS)


ENDINGS = ("birthday", "christmas", "halloween", "new year's eve", "wedding")


def test_a_description_names_the_people(described: list[tuple[Shot, Words]]) -> None:
    seen = [words for _, words in described if words.people]
    assert len(seen) > 400
    for words in seen:
        assert 1 <= len(words.people) <= 3
        assert all(name in words.description for name in words.people)


def test_nobody_describes_a_screenshot(described: list[tuple[Shot, Words]]) -> None:
    assert {words for shot, words in described if shot.media == "screenshot"} == {Words()}


def test_words_are_rare_by_default() -> None:
    chance, plan = Chance(2, "words"), LibraryPlan(photos=600, seed=2)
    words = [draw_words(chance, plan, shot) for shot in draw_shots(plan)]
    assert 0.5 < words.count(Words()) / 600 < 0.85


def test_without_an_album_a_photo_lies_in_the_folder_of_its_month() -> None:
    at = datetime(2019, 3, 31, 23, 59)
    assert folder_of(None, at) == ("2019/2019-03", "2019-03")
    assert folder_of("2019-03 Rome", at) == ("2019-03 Rome", "2019-03 Rome")
