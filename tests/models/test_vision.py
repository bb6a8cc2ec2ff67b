"""The image tower as it runs: prepared pixels to vectors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.encoder import Bytes, Floats
from photosearch.errors import ModelError
from photosearch.evaluate.benchmark import caption_retrieval
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.load import builtin_bundle
from photosearch.models.towers import ImageTower
from photosearch.models.vision import BATCH, ImageRunner
from photosearch.testing import DRAWINGS, draw_photo
from photosearch.weights import load_arrays


@pytest.fixture(scope="module")
def tensors(bundle: Path) -> dict[str, Floats]:
    return load_arrays(bundle / "weights.safetensors", "image.")


@pytest.fixture(scope="module")
def pixels() -> Bytes:
    return np.stack([np.asarray(draw_photo(text, width=64, height=64)) for text in DRAWINGS])


def test_float32_equals_the_tower_it_was_trained_as(
    tensors: dict[str, Floats], pixels: Bytes
) -> None:
    tower = ImageTower(dim=64, hidden=64).eval()
    tower.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    with torch.inference_mode():
        expected = tower(torch.from_numpy(pixels).permute(0, 3, 1, 2).float()).numpy()
    got = ImageRunner(tensors, bf16=False)(pixels)
    np.testing.assert_allclose(got, expected, atol=2e-6)


def test_bfloat16_is_near_float32_even_with_random_weights(
    tensors: dict[str, Floats], pixels: Bytes
) -> None:
    exact, rounded = (ImageRunner(tensors, bf16=bf16)(pixels) for bf16 in (False, True))
    assert (exact * rounded).sum(axis=1).min() > 0.995
    assert np.abs(exact - rounded).max() > 0  # it did run in another precision


@pytest.mark.slow
def test_bfloat16_does_not_hurt_the_model_that_ships(shared_data: Path) -> None:
    if not builtin_bundle().is_dir():
        pytest.skip("the built-in model has not been trained yet")
    rows = (shared_data / "flickr8k" / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    dev = [row for row in map(json.loads, rows) if row["split"] == "dev"][:200]
    photos = [shared_data / "flickr8k" / row["image"] for row in dev]
    encoders = [BuiltinEncoder(builtin_bundle(), name="x", bf16=bf16) for bf16 in (False, True)]
    exact, rounded = (encoder.encode_images(photos) for encoder in encoders)
    words = encoders[0].encode_texts([text for row in dev for text in row["captions"]])
    owner = np.repeat(np.arange(len(dev)), 5)
    found = [caption_retrieval(seen, words, owner)["R@10"].mean for seen in (exact, rounded)]
    assert abs(found[0] - found[1]) < 0.01
    assert (exact * rounded).sum(axis=1).mean() > 0.998


def test_batches_leave_no_seams(tensors: dict[str, Floats], pixels: Bytes) -> None:
    runner = ImageRunner(tensors, bf16=False)
    many = np.resize(pixels, (BATCH + 3, *pixels.shape[1:]))
    alone = np.concatenate([runner(many[i : i + 1]) for i in (0, BATCH - 1, BATCH, BATCH + 2)])
    np.testing.assert_allclose(runner(many)[[0, BATCH - 1, BATCH, BATCH + 2]], alone, atol=2e-6)


def test_pixels_that_may_not_be_written_are_read(tensors: dict[str, Floats], pixels: Bytes) -> None:
    frozen = pixels.copy()
    frozen.flags.writeable = False
    runner = ImageRunner(tensors, bf16=False)
    np.testing.assert_array_equal(runner(frozen), runner(pixels))


def test_the_pixels_are_left_as_they_were(tensors: dict[str, Floats], pixels: Bytes) -> None:
    before = pixels.copy()
    ImageRunner(tensors, bf16=False)(pixels)
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("missing", ["head.linear.weight", "backbone.stem.conv.weight"])
def test_a_missing_tensor_is_a_model_error(tensors: dict[str, Floats], missing: str) -> None:
    rest = {name: values for name, values in tensors.items() if name != missing}
    with pytest.raises(ModelError, match=missing.replace(".", r"\.")):
        ImageRunner(rest)


def test_a_tensor_of_another_shape_is_a_model_error(tensors: dict[str, Floats]) -> None:
    wrong = {**tensors, "head.norm.weight": np.zeros(3, np.float32)}
    with pytest.raises(ModelError, match=r"head\.norm\.weight"):
        ImageRunner(wrong)
