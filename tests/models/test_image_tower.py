"""The image tower as it runs: prepared pixels to vectors."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.encoder import Bytes, Floats
from photosearch.errors import ModelError
from photosearch.evaluate.caption_scores import find_own
from photosearch.evaluate.expected import recall
from photosearch.images import sample_photos
from photosearch.manifest import ImageSpec
from photosearch.models.backbones import BACKBONES, LITE0, MOBILENET_V2, Backbone
from photosearch.models.batches import pixel_batches
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.bundle_io import read_backbone
from photosearch.models.image_tower import ImageRunner
from photosearch.models.load import builtin_bundle
from photosearch.models.towers import ImageTower
from photosearch.testing import DRAWINGS, draw_photo, random_bundle
from photosearch.weights import load_arrays

SIDE = 64
AGREEMENT = 1e-5  # cosine distance of float32 arithmetic in another order: 4e-7 was measured


@pytest.fixture(scope="module")
def tensors(bundle: Path) -> dict[str, Floats]:
    return load_arrays(bundle / "weights.safetensors", "image.")


@pytest.fixture(scope="module")
def runner(tensors: dict[str, Floats]) -> ImageRunner:
    return ImageRunner(tensors, MOBILENET_V2, side=SIDE)


@pytest.fixture(scope="module")
def pixels() -> Bytes:
    return np.stack([np.asarray(draw_photo(text, width=SIDE, height=SIDE)) for text in DRAWINGS])


def by_torch(tensors: dict[str, Floats], backbone: Backbone, pixels: Bytes) -> Floats:
    """The tower that training makes, in float32: uint8 [N, S, S, 3] -> [N, D]."""
    dim, hidden = (len(tensors[f"head.{part}.weight"]) for part in ("linear", "up"))
    tower = ImageTower(dim=dim, hidden=hidden, backbone=backbone).eval()
    tower.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    with torch.inference_mode():
        vectors: Floats = tower(torch.from_numpy(pixels).permute(0, 3, 1, 2).float()).numpy()
    return vectors


def distances(a: Floats, b: Floats) -> Floats:
    """Cosine distances of rows: [N, D], [N, D] -> [N]."""
    found: Floats = 1 - np.einsum("nd,nd->n", a, b, dtype=np.float64)
    return found


def drawn_and_noise(side: int) -> Bytes:
    """uint8 [N, S, S, 3]."""
    drawn = [np.asarray(draw_photo(text, width=side, height=side)) for text in DRAWINGS]
    noise = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), np.uint8)
    return np.concatenate([np.stack(drawn), noise])


@pytest.mark.parametrize("side", [32, SIDE, 96])
def test_it_computes_what_the_tower_in_torch_does(tensors: dict[str, Floats], side: int) -> None:
    pixels = drawn_and_noise(side)
    got = ImageRunner(tensors, MOBILENET_V2, side=side)(pixels)
    np.testing.assert_allclose(got, by_torch(tensors, MOBILENET_V2, pixels), atol=2e-6)


@pytest.mark.slow
@pytest.mark.parametrize("backbone", BACKBONES.values(), ids=BACKBONES)
def test_it_computes_what_torch_does_over_every_backbone(
    backbone: Backbone, tmp_path: Path
) -> None:
    bundle = random_bundle(tmp_path / "b", image=ImageSpec(256), backbone=backbone)
    tensors = load_arrays(bundle / "weights.safetensors", "image.")
    pixels = drawn_and_noise(256)
    got = BuiltinEncoder(bundle, name="x").encode_pixels(pixels)
    assert distances(got, got[::-1]).max() > 0.01  # else any two would agree
    assert distances(got, by_torch(tensors, backbone, pixels)).max() < 5e-7


def shipped() -> tuple[dict[str, Floats], Backbone]:
    weights = builtin_bundle() / "weights.safetensors"
    return load_arrays(weights, "image."), read_backbone(weights)


def photos_of(shared_data: Path, *, each: int) -> list[Path]:
    """Of every kind at hand: of people and things, of cameras and phones, of the demo."""
    photos = sample_photos(extra="demo", purpose="this test")
    for pattern in ("flickr8k/images/*.jpg", "labelled/*/*.jpg", "camera/**/*.jpg"):
        photos += sorted(shared_data.glob(pattern))[:each]
    return photos


@pytest.mark.slow
def test_the_shipped_model_embeds_real_photos_as_in_torch(shared_data: Path) -> None:
    tensors, backbone = shipped()
    encoder = BuiltinEncoder(builtin_bundle(), name="x")
    pixels = np.concatenate(
        list(pixel_batches(photos_of(shared_data, each=40), encoder.image, size=16))
    )
    expected = np.concatenate(
        [by_torch(tensors, backbone, part) for part in np.array_split(pixels, 8)]
    )
    assert len(pixels) > 50
    assert distances(encoder.encode_pixels(pixels), expected).max() < AGREEMENT


@pytest.mark.slow
def test_the_shipped_model_finds_the_same_photos_as_in_torch(shared_data: Path) -> None:
    rows = (shared_data / "flickr8k" / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    dev = [row for row in map(json.loads, rows) if row["split"] == "dev"][:100]
    photos = [shared_data / "flickr8k" / row["image"] for row in dev]
    encoder = BuiltinEncoder(builtin_bundle(), name="x")
    tensors, backbone = shipped()
    parts = list(pixel_batches(photos, encoder.image, size=16))
    ours = np.concatenate([encoder.encode_pixels(part) for part in parts])
    theirs = np.concatenate([by_torch(tensors, backbone, part) for part in parts])
    words = encoder.encode_texts([text for row in dev for text in row["captions"]])
    owner = np.repeat(np.arange(len(dev)), 5)
    found = [recall(find_own(seen, words, owner), 10).mean() for seen in (ours, theirs)]
    assert abs(found[0] - found[1]) <= 1 / len(words)


@pytest.mark.parametrize("size", [1, 3, 16])
def test_a_photo_s_vector_is_the_same_whatever_it_is_embedded_with(
    runner: ImageRunner, pixels: Bytes, size: int
) -> None:
    many = np.resize(pixels, (16, SIDE, SIDE, 3))
    parts = [runner(many[i : i + size]) for i in range(0, len(many), size)]
    np.testing.assert_array_equal(np.concatenate(parts), runner(many))


def test_two_runners_give_the_same_vectors(
    tensors: dict[str, Floats], runner: ImageRunner, pixels: Bytes
) -> None:
    np.testing.assert_array_equal(
        ImageRunner(tensors, MOBILENET_V2, side=SIDE)(pixels), runner(pixels)
    )


def test_threads_share_a_runner(runner: ImageRunner, pixels: Bytes) -> None:
    expected = runner(pixels)
    rolled = [np.roll(pixels, shift, axis=0) for shift in range(len(pixels))]
    with ThreadPoolExecutor(len(rolled)) as pool:
        for shift, got in enumerate(pool.map(runner, rolled)):
            np.testing.assert_array_equal(got, np.roll(expected, shift, axis=0))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork")
def test_a_forked_process_goes_on_with_a_runner(bundle: Path) -> None:
    code = f"""
import os, signal, numpy as np
from photosearch import load_encoder
encoder, pixels = load_encoder({str(bundle)!r}), np.zeros((3, {SIDE}, {SIDE}, 3), np.uint8)
before = encoder.encode_pixels(pixels)
if not (child := os.fork()):
    signal.alarm(60)  # a child that waits for the parent's threads would wait for ever
    os._exit(0 if (encoder.encode_pixels(pixels) == before).all() else 1)
assert os.waitpid(child, 0)[1] == 0
assert (encoder.encode_pixels(pixels) == before).all()
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_no_pixels_give_no_vectors(runner: ImageRunner) -> None:
    assert runner(np.empty((0, SIDE, SIDE, 3), np.uint8)).shape == (0, 64)


def test_pixels_that_may_not_be_written_are_read(runner: ImageRunner, pixels: Bytes) -> None:
    frozen = pixels.copy()
    frozen.flags.writeable = False
    np.testing.assert_array_equal(runner(frozen), runner(pixels))


def test_pixels_in_any_layout_of_memory_are_read(runner: ImageRunner, pixels: Bytes) -> None:
    turned = np.ascontiguousarray(pixels.transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
    np.testing.assert_array_equal(runner(turned), runner(pixels))
    np.testing.assert_array_equal(
        runner(pixels[::-2, :, ::-1]), runner(pixels[::-2, :, ::-1].copy())
    )


def test_the_pixels_are_left_as_they_were(runner: ImageRunner, pixels: Bytes) -> None:
    before = pixels.copy()
    runner(pixels)
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize(
    "missing", ["head.linear.weight", "backbone.stem.conv.weight", "backbone.blocks.3.dw.conv.bias"]
)
def test_a_missing_tensor_is_a_model_error(tensors: dict[str, Floats], missing: str) -> None:
    rest = {name: values for name, values in tensors.items() if name != missing}
    with pytest.raises(ModelError, match=missing.replace(".", r"\.") + " is missing"):
        ImageRunner(rest, MOBILENET_V2, side=SIDE)


def test_a_tensor_too_many_is_a_model_error(tensors: dict[str, Floats]) -> None:
    more = {**tensors, "backbone.blocks.17.dw.conv.bias": np.zeros(3, np.float32)}
    with pytest.raises(ModelError, match=r"got backbone\.blocks\.17\.dw\.conv\.bias"):
        ImageRunner(more, MOBILENET_V2, side=SIDE)


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("head.norm.weight", (3,), [1280]),
        ("head.down.weight", (64, 65), [64, 64]),
        ("head.linear.bias", (1, 64), [64]),
        ("backbone.blocks.1.dw.conv.weight", (96, 3, 3), [96, 1, 3, 3]),
        ("backbone.stem.conv.weight", (32, 3, 3, 4), [32, 3, 3, 3]),
    ],
)
def test_a_tensor_of_another_shape_is_a_model_error(
    tensors: dict[str, Floats], name: str, shape: Sequence[int], expected: list[int]
) -> None:
    wrong = {**tensors, name: np.zeros(shape, np.float32)}
    with pytest.raises(ModelError) as caught:
        ImageRunner(wrong, MOBILENET_V2, side=SIDE)
    assert f"{name}: got shape {list(shape)}, expected {expected}" in str(caught.value)


def test_the_tensors_of_another_backbone_are_a_model_error(tensors: dict[str, Floats]) -> None:
    with pytest.raises(ModelError, match=r"got shape \[144, 1, 3, 3\], expected \[144, 1, 5, 5\]"):
        ImageRunner(tensors, LITE0, side=SIDE)
