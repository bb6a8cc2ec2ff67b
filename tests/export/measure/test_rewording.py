"""What other words cost, on the encoder that knows colours by their names alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.measure.embedded import NameSet, embed_captioned, embed_named
from export.measure.held_out import TENTH, read_held_out
from export.measure.rewording import reworded_captions, reworded_names
from export.measure.wording import NAME_RULES
from photosearch.progress import silent
from photosearch.testing import FakeEncoder


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder(dim=8)


def test_words_that_change_nothing_lose_nothing(data: Path, encoder: FakeEncoder) -> None:
    names = embed_named(encoder, read_held_out(data).named[TENTH], TENTH, silent)
    found = reworded_names(encoder, names, silent)
    assert found["capitals"].queries == 3
    assert found["capitals"].plain.mean == 1.0
    assert found["capitals"].drop.mean == 0.0
    assert found["capitals"].overlap.mean == 1.0


def test_a_slip_costs_what_the_encoder_does_not_know(data: Path, encoder: FakeEncoder) -> None:
    names = embed_named(encoder, read_held_out(data).named[TENTH], TENTH, silent)
    found = reworded_names(encoder, names, silent)
    assert found["misspelling"].queries == 1  # green alone has five letters
    assert found["misspelling"].drop.mean > 0


def test_rules_that_apply_to_no_name_are_left_out(data: Path, encoder: FakeEncoder) -> None:
    names = embed_named(encoder, read_held_out(data).named[TENTH], TENTH, silent)
    assert list(reworded_names(encoder, names, silent)) == [*NAME_RULES][:-1]  # no near-synonyms


def test_a_near_synonym_that_is_a_name_counts_as_the_same(encoder: FakeEncoder) -> None:
    axes = np.eye(8, dtype=np.float32)
    names = NameSet(("motorbike", "motorcycle"), axes[[0, 0]], ("motorcycle",), axes[[0]])
    assert reworded_names(encoder, names, silent)["near-synonym"].plain.mean == 1.0


def test_the_first_caption_of_each_photo_is_reworded(data: Path, encoder: FakeEncoder) -> None:
    captions = embed_captioned(encoder, read_held_out(data).captioned, silent)
    found = reworded_captions(encoder, captions, silent)
    assert found["photo of"].queries == 3
