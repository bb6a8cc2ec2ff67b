"""A student with random weights, a bank of sentences, and photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from photosearch.testing import draw_photos
from photosearch.text import WordPiece
from photosearch.train.config import Machine
from photosearch.train.student import Student
from photosearch.train.texts import TextBank
from tests.train.tiny import TOWERS, VOCABULARY, image_tower, text_tower

SENTENCES = (
    "red disc",
    "a blue square",
    "green",
    "a triangle on a square on a blue disc on a red triangle on a green square",
)


@pytest.fixture(autouse=True)
def _seeded() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture
def bank() -> TextBank:
    bank = TextBank(WordPiece(VOCABULARY, context=TOWERS.context))
    for sentence in SENTENCES:
        bank.add(sentence)
    return bank


@pytest.fixture
def student() -> Student:
    return Student(image_tower(), text_tower(), machine=Machine(dtype="float32"))


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six JPEGs of 320 x 240 pixels. Not to be written to."""
    return list(draw_photos(tmp_path_factory.mktemp("photos")).values())
