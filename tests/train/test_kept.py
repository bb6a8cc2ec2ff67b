"""Tensors kept in files: made once, and anew if a file is damaged or of something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from photosearch.errors import StorageError
from photosearch.train.kept import Part, fingerprint, kept

ROWS = {"logs": 5, "texts": 3}
MADE = {name: torch.arange(4.0 * rows).view(rows, 4) for name, rows in ROWS.items()}


class Maker:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> dict[str, Tensor]:
        self.asked += 1
        return MADE


def ask(folder: Path, make: Maker, parts: list[Part] | None = None) -> dict[str, Tensor]:
    return kept(folder, "numbers", parts or ["a", "b"], ROWS, make)


def test_what_was_made_is_not_made_again(tmp_path: Path) -> None:
    make = Maker()
    first, second = ask(tmp_path, make), ask(tmp_path, make)
    assert make.asked == 1
    assert all(torch.equal(first[name], each) for name, each in second.items())


def test_other_parts_or_their_other_order_have_files_of_their_own(tmp_path: Path) -> None:
    make = Maker()
    for parts in (["a", "b"], ["b", "a"], ["ab"]):
        ask(tmp_path, make, list(parts))
    assert make.asked == 3
    assert len(list(tmp_path.glob("numbers-*.safetensors"))) == 3


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_bytes(b"no tensors")


def header(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(b"\x40" + data[1:])


def fewer(path: Path) -> None:
    save_file({name: each[1:].clone() for name, each in load_file(path).items()}, path)


def flat(path: Path) -> None:
    save_file({name: each[:, 0].clone().view(-1, 1, 1) for name, each in MADE.items()}, path)


def other(path: Path) -> None:
    save_file({"a": torch.zeros(3)}, path)


@pytest.mark.parametrize("damage", [cut, empty, text, header, fewer, flat, other])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    make = Maker()
    ask(tmp_path, make)
    [path] = tmp_path.iterdir()
    good = path.read_bytes()
    damage(path)
    ask(tmp_path, make)
    assert make.asked == 2
    assert path.read_bytes() == good


def test_a_full_disk_is_a_storage_error_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match=r"numbers-.*: No space left"):
        ask(tmp_path, Maker())
    assert list(tmp_path.iterdir()) == []


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
