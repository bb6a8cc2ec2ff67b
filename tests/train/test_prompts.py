"""Sentences around names."""

from __future__ import annotations

import pytest

from photosearch.train.prompts import STYLES, TEMPLATES, phrases, styled, synonyms


def test_a_name_is_put_into_every_template() -> None:
    assert len(phrases("violin")) == len(TEMPLATES)
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
