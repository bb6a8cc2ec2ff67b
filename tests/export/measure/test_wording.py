"""The same query in other words."""

from __future__ import annotations

from random import Random

import pytest

from export.measure.wording import (
    CAPTION_RULES,
    NAME_RULES,
    SYNONYMS,
    article,
    capitals,
    misspelling,
    photo_of_caption,
    photo_of_name,
    plural,
    reword,
    synonym,
    without_articles,
)

ANY = Random(0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("red apple", "red apples"),
        ("box", "boxes"),
        ("butterfly", "butterflies"),
        ("toy", "toys"),
        ("computer mouse", "computer mice"),
        ("businesswoman", "businesswomen"),
        ("child on a swing", "children on a swing"),
        ("ceiling fan", "ceiling fans"),
        ("apartment building", "apartment buildings"),
        ("bat (animal)", "bats (animal)"),
        ("goldfish", "goldfish"),
    ],
)
def test_a_noun_is_put_into_the_plural(name: str, expected: str) -> None:
    assert plural(name, ANY) == expected


@pytest.mark.parametrize("name", ["sheep", "boots", "foggy weather", "Big Ben", "swimming", "rice"])
def test_what_has_no_plural_has_no_article_either(name: str) -> None:
    assert plural(name, ANY) is None
    assert article(name, ANY) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("orange", "an orange"), ("cat", "a cat"), ("the sea", None), ("glass", "a glass")],
)
def test_an_article_fits_the_first_letter(name: str, expected: str | None) -> None:
    assert article(name, ANY) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("owl", "a photo of an owl"), ("sand", "a photo of sand")],
)
def test_a_photo_of_a_name_has_its_article(name: str, expected: str) -> None:
    assert photo_of_name(name, ANY) == expected


def test_a_photo_of_a_caption_goes_on_in_small_letters() -> None:
    assert photo_of_caption("A dog runs .", ANY) == "a photo of a dog runs"


def test_articles_are_left_out_of_captions() -> None:
    assert without_articles("A dog on the grass", ANY) == "dog on grass"
    assert without_articles("dogs run", ANY) is None


def test_capitals_are_of_every_letter() -> None:
    assert capitals("Big Ben", ANY) == "BIG BEN"
    assert capitals("ATM", ANY) is None


@pytest.mark.parametrize("seed", range(50))
def test_a_slip_changes_one_long_word_and_not_its_first_letter(seed: int) -> None:
    changed = misspelling("a big elephant ran", Random(seed))
    assert changed is not None
    before, word, after = changed.partition(changed.split()[2])
    assert (before, after) == ("a big ", " ran")
    assert word[0] == "e"
    assert word != "elephant"
    dropped = {"elephant"[:i] + "elephant"[i + 1 :] for i in range(1, 8)}
    doubled = {"elephant"[: i + 1] + "elephant"[i:] for i in range(1, 8)}
    assert word in dropped | doubled or sorted(word) == sorted("elephant")


def test_short_words_are_not_misspelled() -> None:
    assert misspelling("a dog ran", ANY) is None


def test_a_near_synonym_takes_the_place_of_the_first_word_that_has_one() -> None:
    assert synonym("a motorcycle by a car", ANY) == "a motorbike by a car"
    assert synonym("a mobile phone", ANY) == "a cell phone"
    assert synonym("manners", ANY) is None


def test_no_word_is_its_own_synonym() -> None:
    assert all(word != other for word, other in SYNONYMS.items())


@pytest.mark.parametrize("rule", [*NAME_RULES.values(), *CAPTION_RULES.values()])
def test_wording_depends_on_text_and_seed_alone(rule: object) -> None:
    assert callable(rule)
    once, again = (reword(rule, "a motorcycle rider", seed=3) for _ in range(2))
    assert once == again
