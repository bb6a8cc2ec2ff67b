"""A work folder and the recipe that it serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.train.config import TrainConfig
from photosearch.train.workdir import keep_recipe


def test_a_run_may_go_on_in_its_own_folder(tmp_path: Path) -> None:
    keep_recipe(tmp_path, TrainConfig())
    keep_recipe(tmp_path, TrainConfig())


def test_another_recipe_needs_another_folder(tmp_path: Path) -> None:
    keep_recipe(tmp_path, TrainConfig())
    with pytest.raises(UsageError, match="another recipe"):
        keep_recipe(tmp_path, TrainConfig(seed=1))
