"""Negative controls: programs with a mistake put in, on a tiny model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.coreml import ReferenceModel
from photosearch.coreml.mil.dtypes import Array
from photosearch.errors import PackageError
from photosearch.verify.controls import rescaled, shifted, weights, without
from tests.coreml.tiny import SIDE

PIXELS = np.random.default_rng(0).integers(0, 128, (SIDE, SIDE, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def image(tiny_export: Path) -> ReferenceModel:
    return ReferenceModel(tiny_export / "image.mlpackage")


def embedding(model: ReferenceModel, pixels: Array) -> Array:
    return model.predict({"image": pixels}, precision="fp32")["embedding"]


def test_rescaling_is_as_if_the_pixels_were_scaled(image: ReferenceModel) -> None:
    found = embedding(rescaled(image, 2), PIXELS)
    np.testing.assert_allclose(found, embedding(image, PIXELS * 2), atol=1e-6)


def test_shifting_is_as_if_the_pixels_were_shifted(image: ReferenceModel) -> None:
    found = embedding(shifted(image, 64), PIXELS)
    np.testing.assert_allclose(found, embedding(image, PIXELS + np.uint8(64)), atol=1e-6)


def test_the_model_itself_stays_as_it_is(image: ReferenceModel) -> None:
    before = embedding(image, PIXELS)
    embedding(shifted(image, 64), PIXELS)
    np.testing.assert_array_equal(embedding(image, PIXELS), before)


def test_the_weights_are_listed_in_the_order_of_their_use(image: ReferenceModel) -> None:
    names = weights(image)
    assert len(names) == 2
    assert "first" in names[0]
    assert "second" in names[1]


def test_words_are_weights_too(tiny_export: Path) -> None:
    names = weights(ReferenceModel(tiny_export / "text.mlpackage"))
    assert names[0].startswith("tokens_weight")


def test_without_its_first_weight_a_tower_sees_nothing(image: ReferenceModel) -> None:
    blind = without(image, weights(image)[0])
    black = np.zeros_like(PIXELS)
    np.testing.assert_array_equal(embedding(blind, PIXELS), embedding(blind, black))


def test_a_program_without_a_picture_cannot_be_rescaled(tiny_export: Path) -> None:
    with pytest.raises(PackageError, match="takes no picture"):
        rescaled(ReferenceModel(tiny_export / "text.mlpackage"), 2)
