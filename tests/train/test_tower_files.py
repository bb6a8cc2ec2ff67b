"""Towers in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from photosearch.errors import ModelError, StorageError
from photosearch.models.backbones import BACKBONES
from photosearch.models.inverted_residuals import InvertedResiduals
from photosearch.train.tower_files import average_towers, backbone_of, load_towers, save_towers
from tests.train.tiny import BACKBONE, TOWERS, image_tower, text_tower


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "towers.safetensors"
    save_towers(path, image_tower(), text_tower())
    return path


def test_towers_come_back_in_half_precision_with_word_embeddings_of_their_own(path: Path) -> None:
    image, text = image_tower(1), text_tower(1)
    tokens = text.tokens.weight.detach().clone()
    load_towers(path, image, text)
    for found, expected in ((image, image_tower()), (text, text_tower())):
        values = expected.state_dict()
        for name, value in found.state_dict().items():
            if name != "tokens.weight":
                assert torch.equal(value, values[name].half().float()), name
    assert torch.equal(text.tokens.weight, tokens)


def test_the_average_of_two_files_lies_between_them(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.safetensors"
    save_towers(other, image_tower(1), text_tower(1))
    image, text = image_tower(2), text_tower(2)
    tokens = text.tokens.weight.detach().clone()
    average_towers([path, other, other, other], image, text)
    one, two = load_file(path), load_file(other)
    for tower, module in (("image", image), ("text", text)):
        for name, value in module.state_dict().items():
            if name != "tokens.weight":
                key = f"{tower}.{name}"
                expected = torch.lerp(one[key].float(), two[key].float(), 0.75)
                torch.testing.assert_close(value, expected)
    assert torch.equal(text.tokens.weight, tokens)


def test_word_embeddings_are_not_in_the_file(path: Path) -> None:
    assert "text.tokens.weight" not in load_file(path)


@pytest.mark.parametrize("name", BACKBONES)
def test_the_backbone_of_a_file_is_recognised(tmp_path: Path, name: str) -> None:
    with torch.device("meta"):
        shapes = InvertedResiduals(BACKBONES[name]).state_dict()
    tensors = {f"image.backbone.{key}": torch.zeros(v.shape).half() for key, v in shapes.items()}
    save_file(tensors, tmp_path / "t.safetensors")
    assert backbone_of(tmp_path / "t.safetensors") == name


def test_an_unknown_backbone_is_a_model_error(path: Path) -> None:
    with pytest.raises(ModelError, match=r"towers\.safetensors: got tensors of no known backbone"):
        backbone_of(path)  # the small one is known to tests alone


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def damaged(path: Path) -> dict[str, Callable[[], object]]:
    return {
        "missing": path.unlink,
        "empty": lambda: path.write_bytes(b""),
        "cut": lambda: path.write_bytes(path.read_bytes()[:-1]),
        "text": lambda: path.write_bytes(b"these are no towers"),
        "folder": partial(folder, path),
    }


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "text", "folder"])
def test_a_damaged_file_is_named(path: Path, damage: str) -> None:
    damaged(path)[damage]()
    with pytest.raises(ModelError, match=r"towers\.safetensors: no towers"):
        load_towers(path, image_tower(), text_tower())
    with pytest.raises(ModelError, match=r"towers\.safetensors: no towers"):
        backbone_of(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image.head.up.bias": None}, "image.head.up.bias is missing"),
        ({"image.head.more": torch.zeros(1)}, "image.head.more got"),
        ({"image.head.up.bias": torch.zeros(7)}, r"image.head.up.bias: got \[7\], expected \[32\]"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(
    path: Path, change: dict[str, torch.Tensor | None], message: str
) -> None:
    changed = {**load_file(path), **change}
    save_file({name: value for name, value in changed.items() if value is not None}, path)
    with pytest.raises(ModelError, match=message):
        load_towers(path, image_tower(), text_tower())


def test_towers_of_another_shape_are_refused_and_left_as_they_were(path: Path) -> None:
    image, text = image_tower(1), text_tower(1, replace(TOWERS, layers=3))
    before = image.head.linear.weight.detach().clone()
    with pytest.raises(ModelError, match=r"text\.layers\.2\..* is missing"):
        load_towers(path, image, text)
    assert torch.equal(image.head.linear.weight, before)


def test_towers_over_another_backbone_are_refused(path: Path) -> None:
    wider = replace(BACKBONE, features=672)
    with pytest.raises(ModelError, match=r"head\.conv\.bias: got \[640\], expected \[672\]"):
        load_towers(path, image_tower(0, wider), text_tower())


def test_a_full_disk_is_a_storage_error_and_leaves_the_file_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match=r"towers\.safetensors: No space left"):
        save_towers(path, image_tower(1), text_tower(1))
    assert path.read_bytes() == before
