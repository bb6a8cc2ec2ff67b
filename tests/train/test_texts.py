"""Sentences around names, and the bank of all."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from photosearch.models.towers import TextTower, attention_bias
from photosearch.train.texts import STYLES, TEMPLATES, TextBank, phrases, styled, synonyms
from tests.train.conftest import FROZEN_LAYERS, SENTENCES, SMALL

ALL = range(len(SENTENCES))


def directly(tower: TextTower, ids: Tensor) -> Tensor:
    """The frozen layers in full precision."""
    with torch.no_grad():
        hidden, bias = tower.embed(ids), attention_bias(ids != 0)
        for layer in tower.layers[:FROZEN_LAYERS]:
            hidden = layer(hidden, bias)
    return hidden


def test_a_sentence_seen_again_keeps_its_number(bank: TextBank) -> None:
    assert bank.add(SENTENCES[1]) == 1


def test_space_around_a_sentence_does_not_count(bank: TextBank) -> None:
    assert bank.add(f"  {SENTENCES[1]}\n") == 1


def test_a_new_sentence_gets_the_next_number(bank: TextBank) -> None:
    assert bank.add("z") == len(SENTENCES)


def test_a_long_sentence_is_cut_to_the_context(bank: TextBank) -> None:
    assert [len(ids) for ids in bank.ids] == [3, 4, 6, SMALL.context]


def test_a_batch_is_padded_with_zeros(bank: TextBank) -> None:
    assert (bank.padded([0, 2]) != 0).sum(1).tolist() == [3, 6]


def test_the_mask_marks_the_real_tokens(bank: TextBank) -> None:
    _, mask = bank.batch([3, 0, 1])
    assert torch.equal(mask, bank.padded([3, 0, 1]) != 0)


def test_a_batch_is_what_the_frozen_layers_say(bank: TextBank, text: TextTower) -> None:
    hidden, mask = bank.batch(ALL)
    expected = directly(text, bank.padded(ALL))
    # bf16 in the layers, fp16 in the bank; values are about 1
    torch.testing.assert_close(hidden[mask], expected[mask], rtol=0, atol=0.05)


def test_company_in_a_batch_changes_nothing(bank: TextBank) -> None:
    together, mask = bank.batch([0, 3])
    alone, _ = bank.batch([0])
    assert torch.equal(together[0][mask[0]], alone[0])


def test_the_same_sentence_may_stand_twice_in_a_batch(bank: TextBank) -> None:
    hidden, _ = bank.batch([1, 1])
    assert torch.equal(hidden[0], hidden[1])


def test_progress_counts_every_sentence_once(bank: TextBank, text: TextTower) -> None:
    told: list[int] = []
    bank.freeze(text, layers=1, tick=told.append)
    assert sum(told) == len(SENTENCES)


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_any_number_of_layers_can_be_frozen(bank: TextBank, text: TextTower, layers: int) -> None:
    bank.freeze(text, layers=layers, tick=lambda _done: None)
    hidden, mask = bank.batch(ALL)
    with torch.no_grad():
        expected = text.pooled(text.embed(bank.padded(ALL)), mask, start=0)
        found = text.pooled(hidden, mask, start=layers)
    torch.testing.assert_close(found, expected, rtol=0, atol=0.05)


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
