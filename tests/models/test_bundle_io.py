"""The built-in architecture's bundle, written and opened."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import BundleError, ShapeError
from photosearch.manifest import Calibration, ImageSpec, file_entry, read_manifest, write_manifest
from photosearch.models.backbones import BACKBONES, LITE0, MOBILENET_V2, Backbone
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.bundle_io import open_bundle, read_backbone, space_of, write_bundle
from photosearch.models.quantizable import quantize_towers
from photosearch.testing import random_bundle
from photosearch.weights import Int4, Int8, load_tensors, write_weights


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bundle, tmp_path / "copy.photomodel")


def edit(bundle: Path, **fields: object) -> None:
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_a_written_bundle_opens(bundle: Path) -> None:
    manifest = open_bundle(bundle)
    assert manifest.widths == (64, 32, 16)
    assert manifest.text.context == 24
    assert set(manifest.files) == {"weights.safetensors", "tokenizer/vocab.txt", "MODEL_CARD.md"}


def test_a_bundle_with_words_mends_slips_of_typing_in_the_same_space(
    bundle: Path, tmp_path: Path
) -> None:
    knowing = random_bundle(tmp_path / "knowing", words=["astronaut"])
    manifest = open_bundle(knowing)
    assert "tokenizer/words.txt" in manifest.files
    assert manifest.space == open_bundle(bundle).space
    for place, mended in ((knowing, True), (bundle, False)):
        one, other = BuiltinEncoder(place, name="x").encode_texts(["an astronaut", "an astronuat"])
        assert np.array_equal(one, other) == mended


@pytest.mark.parametrize("damage", [b"", b"\xff\n"])
def test_words_that_changed_are_found(tmp_path: Path, damage: bytes) -> None:
    knowing = random_bundle(tmp_path / "knowing", words=["astronaut"])
    (knowing / "tokenizer" / "words.txt").write_bytes(damage)
    with pytest.raises(BundleError, match=r"words\.txt"):
        open_bundle(knowing)


def test_words_that_the_manifest_does_not_list_are_not_read(bundle: Path) -> None:
    (bundle / "tokenizer" / "words.txt").write_text("astronaut\n", encoding="utf-8")
    one, other = BuiltinEncoder(bundle, name="x").encode_texts(["an astronaut", "an astronuat"])
    assert not np.array_equal(one, other)


def test_building_twice_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    again = random_bundle(tmp_path / "again")
    assert (again / "manifest.json").read_bytes() == (bundle / "manifest.json").read_bytes()


def test_writing_replaces_what_was_there_and_leaves_nothing_behind(tmp_path: Path) -> None:
    one = random_bundle(tmp_path / "m")
    (one / "stray").touch()
    space = open_bundle(one).space
    assert open_bundle(random_bundle(tmp_path / "m", seed=1)).space != space
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
    assert not (one / "stray").exists()


@pytest.mark.parametrize("name", ["weights.safetensors", "tokenizer/vocab.txt", "MODEL_CARD.md"])
def test_one_changed_byte_is_found(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(BundleError, match=name):
        open_bundle(copy)


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / "tokenizer/vocab.txt").unlink()
    with pytest.raises(BundleError, match=r"vocab\.txt: missing"):
        open_bundle(copy)


def test_a_manifest_that_lists_no_weights_is_refused(copy: Path) -> None:
    edit(copy, files={})
    with pytest.raises(BundleError, match=r"lists no weights\.safetensors"):
        open_bundle(copy)


def test_another_architecture_is_refused(copy: Path) -> None:
    edit(copy, architecture="photosearch-v9")
    with pytest.raises(BundleError, match="got 'photosearch-v9', expected 'photosearch-v1'"):
        open_bundle(copy)


def test_changed_preprocessing_under_an_old_space_id_is_refused(copy: Path) -> None:
    edit(copy, image={"size": 96, "resize": "squash", "filter": "bicubic"})
    with pytest.raises(BundleError, match="space: got"):
        open_bundle(copy)


def test_tensors_are_packed_by_what_they_are() -> None:
    shapes = {
        "text.tokens.weight": (90, 64),
        "text.positions.weight": (90, 64),
        "text.head.linear.weight": (256, 96),
        "text.head.linear.bias": (64,),
        "text.head.up.weight": (384, 128),
        "text.layers.0.attention.out.weight": (256, 256),
        "text.layers.0.up.weight": (384, 128),
        "text.layers.1.down.weight": (384, 128),
        "text.layers.2.up.weight": (100, 384),
        "text.layers.2.down.weight": (64, 64),
        "text.layers.2.down.bias": (64,),
        "text.layers.3.up.weight": (384, 128),
        "text.layers.10.up.weight": (384, 128),
        "image.blocks.0.dw.conv.weight": (512, 1, 3, 3),
        "image.blocks.0.expand.conv.weight": (512, 64, 1, 1),
        "image.blocks.1.expand.conv.weight": (96, 16, 1, 1),
        "image.stem.conv.weight": (32, 3, 3, 3),
    }
    packed = quantize_towers({name: np.zeros(shape, np.float32) for name, shape in shapes.items()})
    kinds = {name: type(tensor).__name__ for name, tensor in packed.items()}
    assert kinds == {
        "text.tokens.weight": "Int4",
        "text.positions.weight": "ndarray",
        "text.head.linear.weight": "Int8",
        "text.head.linear.bias": "ndarray",
        "text.head.up.weight": "Int8",
        "text.layers.0.attention.out.weight": "Int8",
        "text.layers.0.up.weight": "Int4",
        "text.layers.1.down.weight": "Int4",
        "text.layers.2.up.weight": "Int4",
        "text.layers.2.down.weight": "ndarray",
        "text.layers.2.down.bias": "ndarray",
        "text.layers.3.up.weight": "Int8",
        "text.layers.10.up.weight": "Int8",
        "image.blocks.0.dw.conv.weight": "ndarray",
        "image.blocks.0.expand.conv.weight": "Int8",
        "image.blocks.1.expand.conv.weight": "ndarray",
        "image.stem.conv.weight": "ndarray",
    }
    assert all(t.dtype == np.float16 for t in packed.values() if not isinstance(t, Int4 | Int8))


@pytest.mark.parametrize("chosen", [(), (3, 5)])
def test_which_layers_feed_forward_weights_are_int4_can_be_chosen(chosen: tuple[int, ...]) -> None:
    tensors = {f"text.layers.{i}.up.weight": np.zeros((256, 128), np.float32) for i in range(6)}
    packed = quantize_towers(tensors, int4_layers=chosen)
    got = [i for i, tensor in enumerate(packed.values()) if isinstance(tensor, Int4)]
    assert got == list(chosen)


def test_a_feed_forward_weight_of_no_whole_groups_is_int8() -> None:
    packed = quantize_towers({"text.layers.0.up.weight": np.zeros((300, 100), np.float32)})
    assert isinstance(packed["text.layers.0.up.weight"], Int8)


def test_the_manifest_is_what_was_returned(bundle: Path) -> None:
    assert open_bundle(bundle) == read_manifest(bundle)


@pytest.mark.parametrize("backbone", [MOBILENET_V2, LITE0], ids=lambda each: each.name)
def test_a_bundle_says_which_backbone_it_has(backbone: Backbone, tmp_path: Path) -> None:
    bundle = random_bundle(tmp_path / "m", backbone=backbone)
    assert read_backbone(bundle / "weights.safetensors") is backbone


def with_config(bundle: Path, config: dict[str, object]) -> Path:
    """The bundle with that config in the header of its weights, and the sums that follow."""
    weights = bundle / "weights.safetensors"
    write_weights(weights, load_tensors(weights, ""), config)
    manifest = read_manifest(bundle)
    files = {**manifest.files, weights.name: file_entry(weights)}
    changed = replace(manifest, files=files)
    write_manifest(bundle, replace(changed, space=space_of(changed)))
    return bundle


def test_a_bundle_of_version_1_has_mobilenet_and_gives_the_same_vectors(
    bundle: Path, copy: Path
) -> None:
    old = BuiltinEncoder(with_config(copy, {"heads": 2}), name="old")
    pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    new = BuiltinEncoder(bundle, name="new").encode_pixels(pixels)
    np.testing.assert_array_equal(old.encode_pixels(pixels), new)


@pytest.mark.parametrize("name", ["efficientnet-lite9", "", None, 2, ["mobilenet-v2"]])
def test_a_backbone_that_is_not_known_is_refused_when_the_bundle_is_opened(
    copy: Path, name: object
) -> None:
    with pytest.raises(BundleError) as caught:
        open_bundle(with_config(copy, {"heads": 2, "backbone": name}))
    expected = f"backbone: got {name!r}, expected one of {', '.join(BACKBONES)}; a newer"
    assert expected in str(caught.value)


def test_tensors_of_another_backbone_are_not_written(tmp_path: Path) -> None:
    bundle = random_bundle(tmp_path / "m")
    tensors = load_tensors(bundle / "weights.safetensors", "")
    with pytest.raises(ShapeError, match=r"image\.backbone\.blocks\.3\.dw\.conv\.weight: got"):
        write_bundle(
            tmp_path / "other",
            name="x",
            version="1",
            tensors=tensors,
            heads=2,
            vocabulary=["a"],
            image=ImageSpec(64),
            calibration=Calibration(1.0, 0.0),
            card="",
            backbone=LITE0,
        )
    assert not (tmp_path / "other").exists()
