"""A work folder and the recipe that it serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.train.config import TrainConfig
from photosearch.train.workdir import Workdir


def test_a_run_may_go_on_in_its_own_folder(tmp_path: Path) -> None:
    Workdir.claim(tmp_path, TrainConfig())
    Workdir.claim(tmp_path, TrainConfig())


def test_another_recipe_needs_another_folder(tmp_path: Path) -> None:
    Workdir.claim(tmp_path, TrainConfig())
    with pytest.raises(UsageError, match="another recipe"):
        Workdir.claim(tmp_path, TrainConfig(seed=1))


def test_the_losses_of_every_step_are_kept(tmp_path: Path) -> None:
    workdir = Workdir.claim(tmp_path, TrainConfig())
    workdir.note_losses(1, {"captions": 2.5})
    workdir.note_losses(2, {"captions": 1.5})
    lines = (tmp_path / "losses.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == ['{"step": 1, "captions": 2.5}', '{"step": 2, "captions": 1.5}']


def test_losses_behind_a_checkpoint_go_with_half_a_line_that_was_cut_off(tmp_path: Path) -> None:
    workdir = Workdir.claim(tmp_path, TrainConfig())
    for step in (1, 2, 3):
        workdir.note_losses(step, {})
    with (tmp_path / "losses.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"st')
    workdir.keep_losses(2)
    assert (tmp_path / "losses.jsonl").read_text(encoding="utf-8") == '{"step": 1}\n{"step": 2}\n'


def test_before_the_first_step_there_are_no_losses_to_keep(tmp_path: Path) -> None:
    Workdir.claim(tmp_path, TrainConfig()).keep_losses(0)
    assert not (tmp_path / "losses.jsonl").exists()
