"""Checkpoints that cannot be converted are refused with what is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from photosearch.coreml.families.convertible import open_model
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.errors import ModelError
from tests.coreml.towers import embed_ids

Tensors = dict[str, torch.Tensor]
LAYER = "text_model.encoder.layers.0."


@pytest.fixture
def copy(clip: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clip, tmp_path / "clip"))


def change(directory: Path, edit: Callable[[Tensors], object]) -> None:
    tensors = load_file(directory / "model.safetensors")
    edit(tensors)
    save_file(tensors, directory / "model.safetensors")


def configure(directory: Path, **changes: object) -> None:
    path = directory / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_an_unknown_architecture_is_named(copy: Path) -> None:
    configure(copy, model_type="blip")
    with pytest.raises(ModelError, match="got 'blip', expected 'clip' or 'siglip'"):
        open_model(copy)


def test_a_tensor_of_another_shape_is_named_with_both_shapes(copy: Path) -> None:
    change(copy, lambda x: x.update({f"{LAYER}mlp.fc1.weight": torch.zeros(64, 31)}))
    wrong = r"layers\.0\.mlp\.fc1\.weight: got \[64, 31\], expected \[64, 32\]"
    for layout in LAYOUTS.values():
        with pytest.raises(ModelError, match=wrong):
            open_model(copy).text.build(layout)


def test_every_missing_and_every_foreign_tensor_is_named(copy: Path) -> None:
    def edit(tensors: Tensors) -> None:
        del tensors[f"{LAYER}self_attn.q_proj.bias"]
        tensors["text_model.adapter"] = torch.zeros(3)

    change(copy, edit)
    with pytest.raises(ModelError) as caught:
        open_model(copy).text.build(LAYOUTS["ane"])
    assert f"{LAYER}self_attn.q_proj.bias: missing, expected [32]" in str(caught.value)
    assert "text_model.adapter: got [3], expected no such tensor" in str(caught.value)


def test_a_checkpoint_without_its_scale_is_refused(copy: Path) -> None:
    change(copy, lambda x: x.pop("logit_scale"))
    with pytest.raises(ModelError, match="logit_scale: missing"):
        open_model(copy)


def test_a_missing_tokenizer_is_said(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="no tokenizer: expected tokenizer.json"):
        open_model(copy)


def test_a_truncated_weight_file_is_said(copy: Path) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be read"):
        open_model(copy)


def test_an_unknown_activation_is_named(copy: Path) -> None:
    text = json.loads((copy / "config.json").read_text())["text_config"]
    configure(copy, text_config=text | {"hidden_act": "swish"})
    with pytest.raises(ModelError, match="got 'swish'"):
        open_model(copy).text.build(LAYOUTS["ane"])


def test_pickled_weights_and_old_buffers_are_read(clip: Path, copy: Path) -> None:
    tensors = load_file(copy / "model.safetensors")
    tensors["text_model.embeddings.position_ids"] = torch.arange(12)[None]
    (copy / "model.safetensors").unlink()
    torch.save(tensors, copy / "pytorch_model.bin")
    expected = embed_ids(open_model(clip), "ane", [514, 515])
    embedded = embed_ids(open_model(copy), "ane", [514, 515])
    torch.testing.assert_close(embedded, expected, atol=1e-6, rtol=0)
