"""Training state on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from photosearch.errors import StorageError, UsageError
from photosearch.train.checkpoint import fingerprint, load_checkpoint, save_checkpoint


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


def test_a_fingerprint_depends_on_the_contents_and_order_of_its_parts(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two")
    parts: list[list[str | bytes | Path]] = [
        [tmp_path / "a", tmp_path / "b"],
        [tmp_path / "b", tmp_path / "a"],
        ["onetwo"],
        ["one", "two", ""],
    ]
    assert len({fingerprint(each) for each in parts}) == len(parts)
    assert fingerprint([tmp_path / "a", tmp_path / "b"]) == fingerprint(["one", b"two"])
