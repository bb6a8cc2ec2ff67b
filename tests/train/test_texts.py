"""Sentences around names, and the bank of all."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.train.texts import (
    PLURALS,
    STYLES,
    TEMPLATES,
    TextBank,
    drop_words,
    phrases,
    plural,
    styled,
    synonyms,
    words_of,
)
from tests.train.conftest import SENTENCES
from tests.train.tiny import TOWERS


def test_a_sentence_seen_again_keeps_its_number(bank: TextBank) -> None:
    assert bank.add(SENTENCES[1]) == 1


def test_space_around_a_sentence_does_not_count(bank: TextBank) -> None:
    assert bank.add(f"  {SENTENCES[1]}\n") == 1


def test_a_new_sentence_gets_the_next_number(bank: TextBank) -> None:
    assert bank.add("on blue") == len(SENTENCES)


def test_a_long_sentence_is_cut_to_the_context(bank: TextBank) -> None:
    assert len(bank.ids[3]) == TOWERS.context > max(len(ids) for ids in bank.ids[:3])


def test_chosen_sentences_come_in_the_order_asked_for(bank: TextBank) -> None:
    assert bank.chosen([2, 0, 2]) == [bank.ids[2], bank.ids[0], bank.ids[2]]


SENTENCE = [2, 10, 11, 12, 13, 3]


def test_dropped_words_leave_the_frame_and_the_order() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        kept = drop_words(SENTENCE, 0.5, random)
        assert (kept[0], kept[-1]) == (2, 3)
        assert kept[1:-1] == sorted(set(kept[1:-1]) & set(SENTENCE[1:-1]))


def test_words_are_dropped_by_the_odds() -> None:
    random, long = np.random.default_rng(0), [2, *range(10, 5010), 3]
    assert len(drop_words(long, 0.1, random)) == pytest.approx(4500, abs=100)
    assert drop_words(long, 0.0, random) == long


@pytest.mark.parametrize("ids", [[2, 10, 3], SENTENCE])
def test_one_word_always_stays(ids: list[int]) -> None:
    assert drop_words(ids, 1.0, np.random.default_rng(0)) == [2, 10, 3]


def test_an_empty_sentence_stays_empty() -> None:
    assert drop_words([2, 3], 0.5, np.random.default_rng(0)) == [2, 3]


def test_a_name_is_put_into_every_template() -> None:
    assert len(phrases("violin")) == len(TEMPLATES) + len(PLURALS)
    assert len(phrases("scissors")) == len(TEMPLATES)
    assert all("violin" in phrase for phrase in phrases("violin"))


def test_people_ask_by_the_bare_name_too() -> None:
    assert "violin" in phrases("violin")


@pytest.mark.parametrize("style", STYLES)
def test_a_known_style_is_said_around_the_name(style: str) -> None:
    assert styled("violin", style)
    assert all("violin" in phrase for phrase in styled("violin", style))


@pytest.mark.parametrize("style", [None, "fresco"])
def test_an_unknown_style_adds_no_sentence(style: str | None) -> None:
    assert styled("violin", style) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("   1  tench, Tinca tinca", ["tench", "tinca tinca"]),
        ("1000  toilet tissue, toilet paper", ["toilet tissue", "toilet paper"]),
        ("  20  goldfinch", ["goldfinch"]),
    ],
)
def test_a_line_gives_its_names_without_its_number(line: str, names: list[str]) -> None:
    assert synonyms(line) == names


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("red apple", "red apples"),
        ("box", "boxes"),
        ("berry", "berries"),
        ("monkey", "monkeys"),
        ("cup of tea", "cups of tea"),
        ("scissors", None),
        ("swimming", None),
        ("crêpe", None),
        ("", None),
    ],
)
def test_names_have_plurals_by_the_rules_of_spelling(name: str, many: str | None) -> None:
    assert plural(name) == many


def test_words_come_by_how_often_they_occur() -> None:
    texts = ["A dog, a cat.", "a dog runs", "a Cat", "2019 2019", "caf\u00e9 cafe", "once"]
    assert words_of(texts) == ["a", "cafe", "cat", "dog"]
