"""An image processor's settings as an ImageSpec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import ModelError
from photosearch.manifest import ImageSpec
from photosearch.models.preprocessing import Family, parse_preprocessing, read_preprocessing


def test_nothing_said_means_what_transformers_takes_by_default() -> None:
    assert parse_preprocessing({}, "clip").spec == ImageSpec(224, "crop", "bicubic")
    assert parse_preprocessing({}, "siglip").spec == ImageSpec(224, "squash", "bicubic")
    assert parse_preprocessing({}, "siglip").mean == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("settings", "family", "spec"),
    [
        ({"size": 64, "crop_size": 64}, "clip", ImageSpec(64, "crop")),
        ({"size": 64}, "siglip", ImageSpec(64, "squash")),
        (
            {"size": {"height": 64, "width": 64}, "resample": 2},
            "siglip",
            ImageSpec(64, "squash", "bilinear"),
        ),
        (
            {"size": {"height": 64, "width": 64}, "crop_size": {"height": 64, "width": 64}},
            "clip",
            ImageSpec(64, "squash"),
        ),
    ],
)
def test_old_and_new_ways_to_say_a_size(
    settings: dict[str, Any], family: Family, spec: ImageSpec
) -> None:
    assert parse_preprocessing(settings, family).spec == spec


def test_no_normalisation_leaves_values_as_they_are() -> None:
    got = parse_preprocessing({"do_normalize": False}, "clip")
    assert (got.mean, got.std) == ((0, 0, 0), (1, 1, 1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": {"height": 64, "width": 32}}, "size: got"),
        ({"size": {"longest_edge": 64}}, "size: got"),
        ({"size": {"shortest_edge": 64}, "do_center_crop": False}, "size: got"),
        ({"size": {"shortest_edge": 256}}, "crop_size: got"),
        ({"resample": 1}, "resample: got 1"),
        ({"do_resize": False}, "do_resize=false"),
        ({"do_rescale": False}, "do_rescale=false"),
        ({"image_mean": [0.5]}, r"image_mean or image_std: got \[0\.5\]"),
    ],
)
def test_what_an_image_spec_cannot_say_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        parse_preprocessing(settings, "clip")


def test_transformers_5_may_keep_it_inside_the_processor(tmp_path: Path) -> None:
    nested = {"image_processor": {"size": {"height": 48, "width": 48}}}
    (tmp_path / "processor_config.json").write_text(json.dumps(nested))
    assert read_preprocessing(tmp_path, "siglip").spec.size == 48


def test_a_folder_without_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no preprocessor_config\.json"):
        read_preprocessing(tmp_path, "clip")


@pytest.mark.parametrize(("text", "message"), [("{", "not JSON"), ("[]", "got list")])
def test_a_damaged_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "preprocessor_config.json").write_text(text)
    with pytest.raises(ModelError, match=message):
        read_preprocessing(tmp_path, "clip")
