"""Training state on disk."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from photosearch.train.checkpoint import load_checkpoint, save_checkpoint


class Unpicklable:
    def __reduce__(self) -> str:
        raise OSError("no space left on device")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c.pt", {"step": 3, "weight": torch.arange(4.0)})
    state = load_checkpoint(tmp_path / "c.pt")
    assert state is not None
    assert state["step"] == 3
    assert torch.equal(state["weight"], torch.arange(4.0))


def test_before_the_first_checkpoint_there_is_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "c.pt") is None


def test_a_write_that_fails_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c.pt", {"step": 1})
    with pytest.raises(OSError, match="no space"):
        save_checkpoint(tmp_path / "c.pt", {"step": 2, "bad": Unpicklable()})
    assert load_checkpoint(tmp_path / "c.pt") == {"step": 1}


def test_a_checkpoint_with_code_in_it_is_refused(tmp_path: Path) -> None:
    torch.save({"step": Path("somewhere")}, tmp_path / "c.pt")
    with pytest.raises(pickle.UnpicklingError):
        load_checkpoint(tmp_path / "c.pt")
