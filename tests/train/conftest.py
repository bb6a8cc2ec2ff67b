"""A student without photos or words: random towers over made-up activations."""

from __future__ import annotations

import string
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from photosearch.models.backbones import MOBILENET_V2
from photosearch.models.towers import ImageTower, TextTower, TowersConfig
from photosearch.text.wordpiece import WordPiece
from photosearch.train.cached_views import CachedViews
from photosearch.train.student import Student
from photosearch.train.texts import TextBank
from tests.train.data_folder import hear, random_backbone

SMALL = TowersConfig(dim=32, head_hidden=16, vocabulary=40, context=12, width=64, layers=3, heads=2)
FROZEN_BLOCKS, FROZEN_LAYERS = 16, 2
PHOTOS, VIEWS = 4, 2
SENTENCES = ("a", "b c", "c d e f", "a b c d e f g h i j k l m n o p")


@pytest.fixture(autouse=True)
def _seeded() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture
def text() -> TextTower:
    return TextTower(SMALL)


@pytest.fixture
def bank(text: TextTower) -> TextBank:
    """The sentences, frozen through two of the three layers."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *string.ascii_lowercase]
    bank = TextBank(WordPiece(vocabulary, context=SMALL.context))
    for sentence in SENTENCES:
        bank.add(sentence)
    bank.freeze(text, layers=FROZEN_LAYERS, tick=hear)
    return bank


@pytest.fixture
def student(text: TextTower, bank: TextBank) -> Student:
    image = ImageTower(dim=SMALL.dim, hidden=SMALL.head_hidden)
    image.backbone.load_state_dict(random_backbone().state_dict())
    random = np.random.default_rng(0)
    views = CachedViews(
        [random.random((PHOTOS, 160, 2, 2)).astype(np.float16) for _ in range(VIEWS)],
        [random.random((PHOTOS, MOBILENET_V2.features)).astype(np.float16) for _ in range(VIEWS)],
    )
    return Student(
        image,
        text,
        views=views,
        bank=bank,
        frozen_blocks=FROZEN_BLOCKS,
        frozen_layers=FROZEN_LAYERS,
    )
