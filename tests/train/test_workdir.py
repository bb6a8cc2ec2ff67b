"""A work folder: the recipe that it serves, its checkpoint and its losses."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from photosearch.errors import StorageError, UsageError
from photosearch.train.config import TrainConfig
from photosearch.train.workdir import Workdir, load_checkpoint, save_checkpoint


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


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c.pt", {"step": 3, "weight": torch.arange(4.0)}, of="test")
    state = load_checkpoint(tmp_path / "c.pt", of="test")
    assert state is not None
    assert state["step"] == 3
    assert torch.equal(state["weight"], torch.arange(4.0))


def test_before_the_first_checkpoint_there_is_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "c.pt", of="test") is None


def test_a_full_disk_is_a_storage_error_and_keeps_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path / "c.pt", {"step": 1}, of="test")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StorageError, match=r"c\.pt: No space left"):
            save_checkpoint(tmp_path / "c.pt", {"step": 2}, of="test")
    assert load_checkpoint(tmp_path / "c.pt", of="test") == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]


def test_a_checkpoint_with_code_in_it_is_refused(tmp_path: Path) -> None:
    torch.save({"step": Path("somewhere")}, tmp_path / "c.pt")
    with pytest.raises(UsageError, match="UnpicklingError"):
        load_checkpoint(tmp_path / "c.pt", of="test")


@pytest.mark.parametrize("damage", ["cut", "half", "empty", "text", "zeros", "zip"])
def test_a_damaged_checkpoint_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "c.pt"
    save_checkpoint(path, {"step": 1, "weight": torch.zeros(1000)}, of="test")
    good = path.read_bytes()
    path.write_bytes(
        {
            "cut": good[:-100],
            "half": good[: len(good) // 2],
            "empty": b"",
            "text": b"no checkpoint",
            "zeros": bytes(len(good)),
            "zip": b"PK\x03\x04" + bytes(50),
        }[damage]
    )
    with pytest.raises(UsageError, match=r"c\.pt is no checkpoint .*remove it to begin anew"):
        load_checkpoint(path, of="test")


def test_a_checkpoint_of_other_data_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c.pt", {"step": 1}, of="these photos")
    with pytest.raises(UsageError, match="got these photos, expected others"):
        load_checkpoint(tmp_path / "c.pt", of="others")


def test_a_checkpoint_that_names_no_data_is_refused(tmp_path: Path) -> None:
    torch.save({"step": 1}, tmp_path / "c.pt")
    with pytest.raises(UsageError, match="got None"):
        load_checkpoint(tmp_path / "c.pt", of="these photos")
