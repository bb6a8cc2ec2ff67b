"""A bundle of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.testing import random_bundle


def test_another_seed_is_another_model(tmp_path: Path) -> None:
    one, two = (random_bundle(tmp_path / str(seed), seed=seed) for seed in (0, 1))
    name = "weights.safetensors"
    assert (one / name).read_bytes() != (two / name).read_bytes()


def test_a_vocabulary_has_room_for_the_letters(tmp_path: Path) -> None:
    from photosearch.models.towers import TowersConfig

    with pytest.raises(UsageError, match="vocabulary: got 20"):
        random_bundle(tmp_path / "b", config=TowersConfig(vocabulary=20, width=64, heads=2))
