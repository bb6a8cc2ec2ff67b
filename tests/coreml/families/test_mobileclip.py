"""MobileCLIP checkpoints: what is trained is what is converted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.coreml.families.convertible import open_model
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.coreml.record import LayoutName
from photosearch.errors import ModelError
from photosearch.text.clip_files import load_clip_bpe
from tests.coreml.mobileclip import CONTEXT, SIDE, MobileClip, save, trained
from tests.coreml.towers import CLOSE, embed_ids, embed_pixels, random_pixels

Tensors = dict[str, torch.Tensor]
KINDS = pytest.mark.parametrize("kind", ["s", "b"])
BLOCK = "image_encoder.model.network.0.0."


@pytest.fixture(scope="module")
def models() -> dict[str, MobileClip]:
    return {"s": trained("s"), "b": trained("b")}


@pytest.fixture
def checkpoint(models: dict[str, MobileClip], tmp_path: Path) -> Path:
    return save(models["s"], tmp_path / "small")


def change(directory: Path, edit: Callable[[Tensors], object]) -> None:
    tensors: Tensors = torch.load(directory / "small.pt", weights_only=True)
    edit(tensors)
    torch.save(tensors, directory / "small.pt")


@KINDS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_folded_image_tower_is_the_trained_one(
    models: dict[str, MobileClip], kind: str, layout: LayoutName, tmp_path: Path
) -> None:
    pixels = random_pixels(SIDE)
    with torch.inference_mode():
        expected = models[kind].image(torch.from_numpy(pixels).permute(0, 3, 1, 2).float())
    embedded = embed_pixels(open_model(save(models[kind], tmp_path / "m")), layout, pixels)
    assert (embedded - expected).abs().max() < CLOSE
    assert (expected[0] - expected[1]).abs().max() > 100 * CLOSE


@KINDS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_folded_text_tower_is_the_trained_one(
    models: dict[str, MobileClip], kind: str, layout: LayoutName, tmp_path: Path
) -> None:
    directory = save(models[kind], tmp_path / "m")
    ids = load_clip_bpe(directory, context=CONTEXT).encode("a red disc")
    padded = torch.zeros(1, CONTEXT, dtype=torch.int64)
    padded[0, : len(ids)] = torch.tensor(ids)
    with torch.inference_mode():
        expected = models[kind].text(padded)
    embedded = embed_ids(open_model(directory), layout, ids)
    assert (embedded - expected).abs().max() < CLOSE


def test_a_checkpoint_that_is_folded_already_is_taken_as_it_is(checkpoint: Path) -> None:
    pixels = random_pixels(SIDE)
    expected = embed_pixels(open_model(checkpoint), "plain", pixels)
    tower = open_model(checkpoint).image.build(LAYOUTS["plain"])
    mix = f"{BLOCK}token_mixer."

    def fold(tensors: Tensors) -> None:
        for name in [name for name in tensors if name.startswith(mix)]:
            del tensors[name]
        layers = tower.get_submodule("features.layers")
        (first, *_) = [m for m in layers.children() if type(m).__name__ == "MixerBlock"]
        for part, values in first.get_submodule("mix").state_dict().items():
            tensors[f"{mix}reparam_conv.{part}"] = values.clone()

    change(checkpoint, fold)
    assert (embed_pixels(open_model(checkpoint), "plain", pixels) - expected).abs().max() < CLOSE


def test_it_is_described_as_apple_describes_it(checkpoint: Path) -> None:
    source = open_model(checkpoint)
    assert (source.architecture, source.dim, source.text.pooling) == ("mobileclip", 24, "eot")
    assert (source.image.spec.resize, source.image.spec.filter) == ("crop", "bilinear")
    assert source.calibration.scale == pytest.approx(np.exp(4.0))


def test_weights_with_apples_name_need_no_configuration(checkpoint: Path) -> None:
    (checkpoint / "small.json").unlink()
    (checkpoint / "small.pt").rename(checkpoint / "mobileclip_s0.pt")
    assert open_model(checkpoint).image.spec.size == 256


def test_every_tensor_that_does_not_fit_is_named(checkpoint: Path) -> None:
    def edit(tensors: Tensors) -> None:
        del tensors[f"{BLOCK}convffn.fc1.bias"]
        tensors[f"{BLOCK}layer_scale"] = torch.ones(15, 1, 1)
        tensors["image_encoder.model.extra"] = torch.zeros(2)

    change(checkpoint, edit)
    with pytest.raises(ModelError) as caught:
        open_model(checkpoint).image.build(LAYOUTS["ane"])
    assert f"{BLOCK}convffn.fc1.bias: missing, expected [48]" in str(caught.value)
    assert f"{BLOCK}layer_scale: got [15, 1, 1], expected [16, 1, 1]" in str(caught.value)
    assert "image_encoder.model.extra: got [2], expected no such tensor" in str(caught.value)


def test_branches_that_do_not_fit_each_other_are_an_error(checkpoint: Path) -> None:
    name = f"{BLOCK}token_mixer.mixer.rbr_conv.0.conv.weight"
    change(checkpoint, lambda x: x.update({name: torch.zeros(16, 1, 5, 5)}))
    change(checkpoint, lambda x: x.pop(f"{BLOCK}token_mixer.norm.rbr_skip.weight"))
    with pytest.raises(ModelError, match=r"rbr_skip\.weight: missing, expected \[16\]"):
        open_model(checkpoint).image.build(LAYOUTS["ane"])


def test_a_missing_tokenizer_is_said(checkpoint: Path) -> None:
    (checkpoint / "merges.txt").unlink()
    with pytest.raises(ModelError, match="no tokenizer: expected tokenizer.json or vocab.json"):
        open_model(checkpoint)


def test_a_pickle_that_would_run_code_is_refused(checkpoint: Path) -> None:
    torch.save({"logit_scale": Path("/")}, checkpoint / "small.pt")
    with pytest.raises(ModelError, match="cannot be read"):
        open_model(checkpoint)
