"""A checkpoint folder: told apart, complete, and with a space id."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from photosearch.errors import ModelError
from photosearch.models.checkpoint import download, is_hub_id, read_checkpoint


@pytest.fixture
def copy(clip: Path, tmp_path: Path) -> Path:
    return shutil.copytree(clip, tmp_path / "copy")


def edit(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_it_says_what_the_folder_holds(clip: Path, siglip: Path) -> None:
    first, second = read_checkpoint(clip), read_checkpoint(siglip)
    assert (first.family, first.dim, first.text.context) == ("clip", 24, 12)
    assert (second.family, second.dim, second.text.context) == ("siglip", 32, 10)
    assert first.space != second.space


def test_the_space_follows_from_content_not_place(clip: Path, copy: Path) -> None:
    edit(copy / "config.json", transformers_version="9.9")
    assert read_checkpoint(copy).space == read_checkpoint(clip).space


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_other_weights_or_words_are_another_space(clip: Path, copy: Path, name: str) -> None:
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    assert read_checkpoint(copy).space != read_checkpoint(clip).space


@pytest.mark.parametrize(
    "change", [{"image_mean": [0.5, 0.5, 0.5]}, {"resample": 2}, {"rescale_factor": 1.0}]
)
def test_other_preprocessing_is_another_space(
    clip: Path, copy: Path, change: dict[str, Any]
) -> None:
    edit(copy / "preprocessor_config.json", **change)
    assert read_checkpoint(copy).space != read_checkpoint(clip).space


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("config.json", r"config\.json: No such file"),
        ("model.safetensors", r"no weights: expected model\*\.safetensors"),
        ("preprocessor_config.json", r"no preprocessor_config\.json"),
        ("tokenizer.json", r"no tokenizer: expected tokenizer\.json or vocab\.json \+ merges"),
    ],
)
def test_what_is_missing_is_named(copy: Path, name: str, message: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError, match=message):
        read_checkpoint(copy)


def test_another_architecture_is_named(copy: Path) -> None:
    edit(copy / "config.json", model_type="bert")
    with pytest.raises(ModelError, match="got 'bert', expected 'clip' or 'siglip'$"):
        read_checkpoint(copy)


def test_of_siglip_2_the_fixed_resolution_is_advised(copy: Path) -> None:
    edit(copy / "config.json", model_type="siglip2")
    with pytest.raises(ModelError, match="fixed-resolution"):
        read_checkpoint(copy)


def test_pixels_must_fit_the_tower(copy: Path) -> None:
    size = {"height": 64, "width": 64}
    edit(copy / "preprocessor_config.json", size={"shortest_edge": 64}, crop_size=size)
    with pytest.raises(ModelError, match="image size: got 64 from the preprocessing, expected 32"):
        read_checkpoint(copy)


@pytest.mark.parametrize("name", ["gpt2", "openai/clip-vit-base-patch32", "a.b/c_d-e"])
def test_hub_ids(name: str) -> None:
    assert is_hub_id(name)


@pytest.mark.parametrize("name", ["", "/a/b", "./a", "../a", "a/b/c", "a b", "~/a", "a/"])
def test_not_hub_ids(name: str) -> None:
    assert not is_hub_id(name)


def test_pickled_weights_are_fetched_only_where_there_are_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fake(name: str, *, allow_patterns: list[str] | None = None, **_: object) -> str:
        asked.append(allow_patterns[-1] if allow_patterns else "what is cached")
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake)
    assert download("a/b") == tmp_path
    assert asked == ["what is cached", "model*.safetensors", "pytorch_model*.bin"]
    asked.clear()
    (tmp_path / "model.safetensors").touch()
    download("a/b")
    assert asked == ["what is cached", "model*.safetensors"]


def test_a_model_that_was_fetched_before_needs_no_network(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_local(name: str, *, local_files_only: bool) -> str:
        assert local_files_only
        return str(clip)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", only_local)
    assert download("a/b") == clip
