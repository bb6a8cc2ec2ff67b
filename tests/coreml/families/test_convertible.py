"""Every kind of model, opened by name, computes in both layouts what it computes elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.coreml.families.convertible import open_model
from photosearch.coreml.record import LayoutName
from photosearch.errors import ModelError
from photosearch.models.load import load_encoder
from photosearch.models.pretrained import PretrainedEncoder
from photosearch.models.towers import TowersConfig
from photosearch.testing import random_bundle
from photosearch.weights import Int4, load_tensors
from tests.coreml.towers import CLOSE, embed_ids, embed_pixels, random_pixels

LAYOUTS = pytest.mark.parametrize("layout", ["plain", "ane"])
TEXTS = ("a red disc", "photo of the blue square on white", "")


@LAYOUTS
@pytest.mark.parametrize("family", ["bundle", "lite0"])
def test_the_image_tower_of_a_bundle_is_the_one_that_searches(
    family: str, layout: LayoutName, request: pytest.FixtureRequest
) -> None:
    directory, pixels = request.getfixturevalue(family), random_pixels(64)
    embedded = embed_pixels(open_model(directory), layout, pixels)
    assert np.abs(embedded.numpy() - load_encoder(directory).encode_pixels(pixels)).max() < CLOSE


@LAYOUTS
@pytest.mark.parametrize("text", TEXTS)
def test_the_text_tower_of_a_bundle_is_the_one_that_searches(
    bundle: Path, layout: LayoutName, text: str
) -> None:
    encoder = load_encoder(bundle)
    embedded = embed_ids(open_model(bundle), layout, encoder.tokenizer.encode(text))
    assert np.abs(embedded.numpy() - encoder.encode_texts([text])).max() < CLOSE


def test_an_exported_bundle_takes_its_words_along(bundle: Path, tmp_path: Path) -> None:
    knowing = random_bundle(tmp_path / "knowing", words=["astronaut"])
    names = [path.name for path in open_model(knowing).text.tokenizer]
    assert names == ["vocab.txt", "words.txt"]
    assert [path.name for path in open_model(bundle).text.tokenizer] == ["vocab.txt"]


@LAYOUTS
def test_int4_feed_forward_weights_are_those_that_search(
    tmp_path: Path, layout: LayoutName
) -> None:
    wide = TowersConfig(
        dim=32, head_hidden=32, vocabulary=200, context=16, width=128, layers=2, heads=2
    )
    bundle = random_bundle(tmp_path / "m", config=wide)
    stored = load_tensors(bundle / "weights.safetensors", "text.")
    names = [f"layers.{i}.{part}.weight" for i in range(2) for part in ("up", "down")]
    assert all(isinstance(stored[name], Int4) for name in names)
    encoder = load_encoder(bundle)
    embedded = embed_ids(open_model(bundle), layout, encoder.tokenizer.encode(TEXTS[0]))
    assert np.abs(embedded.numpy() - encoder.encode_texts([TEXTS[0]])).max() < CLOSE


@LAYOUTS
@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_a_checkpoint_embeds_photos_as_transformers_does(
    family: str, layout: LayoutName, request: pytest.FixtureRequest
) -> None:
    directory, pixels = request.getfixturevalue(family), random_pixels(32)
    expected = PretrainedEncoder(directory, name=family, bf16=False).encode_pixels(pixels)
    embedded = embed_pixels(open_model(directory), layout, pixels)
    assert np.abs(embedded.numpy() - expected).max() < CLOSE


@LAYOUTS
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_a_checkpoint_embeds_texts_as_transformers_does(
    family: str, layout: LayoutName, text: str, request: pytest.FixtureRequest
) -> None:
    directory = request.getfixturevalue(family)
    encoder = PretrainedEncoder(directory, name=family)
    embedded = embed_ids(open_model(directory), layout, encoder.tokenizer.encode(text))
    assert np.abs(embedded.numpy() - encoder.encode_texts([text])).max() < CLOSE


@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_a_checkpoint_is_described_as_its_encoder_describes_it(
    family: str, request: pytest.FixtureRequest
) -> None:
    directory = request.getfixturevalue(family)
    source, encoder = open_model(directory), PretrainedEncoder(directory, name=family)
    assert (source.space, source.dim, source.image.spec) == (
        encoder.space,
        encoder.dim,
        encoder.image,
    )
    assert source.calibration == encoder.calibration


@pytest.mark.parametrize("name", ["no such model!", "missing.photomodel"])
def test_a_name_that_is_no_model_is_said(name: str) -> None:
    with pytest.raises(ModelError, match="expected a bundle or a checkpoint"):
        open_model(name)


def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in"):
        open_model(tmp_path)
