"""Towers with some weights as a compressed package gives them back."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from photosearch.coreml.compress import apply, match_weights
from photosearch.coreml.compress.apply import compressible
from photosearch.coreml.compress.calibration_set import CalibrationSet
from photosearch.coreml.compress.quantizers import BITS, Bits, dequantized
from photosearch.coreml.compress.sensitivity import (
    QuantizedTower,
    quantized_image_tower,
    quantized_text_tower,
)
from photosearch.coreml.families.convertible import Convertible, open_model
from photosearch.coreml.layout.layouts import Plain
from tests.coreml.converted import converted
from tests.coreml.towers import embed_ids, random_pixels

SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("bundle", "clip", "siglip")]
FAMILIES = ("mobileclip_s", "mobileclip_b", *SLOW)
CLOSE = 2e-6  # of what is computed in another order
IDS = ((2, 40, 50, 3), (2, 9, 10, 11, 3), (2, 30, 3))


@pytest.fixture(params=FAMILIES)
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Convertible:
    """Of every family; also small weights may be narrow."""
    monkeypatch.setattr(
        match_weights, "is_quantizable", lambda shape: len(shape) > 1 and shape[1] > 1
    )
    return open_model(request.getfixturevalue(request.param))


def calibration(source: Convertible) -> CalibrationSet:
    ids = tuple(tuple(min(i, 11) for i in each) for each in IDS)
    return CalibrationSet(random_pixels(source.image.spec.size), ids)


def towers(source: Convertible) -> dict[str, QuantizedTower]:
    given = calibration(source)
    return {
        "image": quantized_image_tower(source.image, given),
        "text": quantized_text_tower(source.text, given),
    }


def test_nothing_is_lost_before_anything_is_stored(source: Convertible) -> None:
    given, found = calibration(source), towers(source)
    pixels = torch.from_numpy(given.pixels).permute(0, 3, 1, 2).float()
    with torch.inference_mode():
        image = source.image.build(Plain())(pixels).numpy()
    text = np.concatenate([embed_ids(source, "plain", list(ids)).numpy() for ids in given.ids])
    np.testing.assert_allclose(found["image"].embed_original(), image, atol=CLOSE)
    np.testing.assert_allclose(found["text"].embed_original(), text, atol=CLOSE)


def test_a_run_from_the_middle_is_a_whole_run(source: Convertible) -> None:
    for tower in towers(source).values():
        base: dict[str, Bits] = dict.fromkeys(tower.groups, "int8")
        tried = {(group, bits): found for group, bits, found in tower.embed_each(base)}
        assert tried.keys() == {(g, w) for g in tower.groups for w in BITS if w != "int8"}
        for group in tower.groups:
            whole = tower.embed(base | {group: "palette4"})
            np.testing.assert_allclose(tried[group, "palette4"], whole, atol=CLOSE)
            assert np.abs(whole - tower.embed_original()).max() > CLOSE


def test_afterwards_the_tower_is_as_it_was(source: Convertible) -> None:
    tower = towers(source)["text"]
    before = tower.embed_original()
    tower.embed(dict.fromkeys(tower.groups, "palette4"))
    list(tower.embed_each(dict.fromkeys(tower.groups, "fp16")))
    assert np.array_equal(tower.embed_original(), before)


def test_a_weight_that_a_package_does_not_hold_stays_as_it_is(source: Convertible) -> None:
    tower = towers(source)["image"]
    (first, *_), *_ = tower.groups.values()
    tower.bind([tower.values(first)])
    assert list(tower.groups.values()) == [(first,)]
    assert len(list(tower.embed_each(dict.fromkeys(tower.groups, "fp16")))) == len(BITS) - 1


@pytest.mark.slow
def test_every_weight_of_a_package_is_one_of_the_tower(
    source: Convertible, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = request.getfixturevalue(request.node.callspec.params["source"])
    monkeypatch.setattr(apply, "is_quantizable", lambda shape: len(shape) > 1 and shape[1] > 1)
    sides: tuple[Literal["image", "text"], ...] = ("image", "text")
    for side in sides:
        constants = compressible(converted(model, side))
        tower = towers(source)[side]
        before = tower.embed_original()
        tower.bind(constants)
        names = [name for members in tower.groups.values() for name in members]
        assert len(names) == len(constants)
        whole = tower.embed(dict.fromkeys(tower.groups, "fp16"))
        np.testing.assert_allclose(whole, before, atol=2e-3)


def test_a_layer_computes_with_the_values_that_are_stored(bundle: Path) -> None:
    source = open_model(bundle)
    tower = quantized_image_tower(source.image, calibration(source))
    ((group, (name,)), *_) = [each for each in tower.groups.items() if len(each[1]) == 1]
    module = source.image.build(Plain())
    weight = module.get_parameter(name)
    weight.data = torch.from_numpy(dequantized(tower.values(name), "palette4")).float()
    (batch,) = tower._batches
    with torch.inference_mode():
        wanted = module(*batch).numpy()
    assert np.array_equal(tower.embed({group: "palette4"}), wanted)


def test_only_large_weights_are_in_groups(bundle: Path) -> None:
    tower = quantized_image_tower(open_model(bundle).image, calibration(open_model(bundle)))
    names = [name for group in tower.groups.values() for name in group]
    assert names
    assert all(tower.values(name).size >= 20_000 for name in names)
