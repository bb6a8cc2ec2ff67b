"""Confidence beside what was right."""

from __future__ import annotations

import json

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.errors import ModelError, ShapeError
from photosearch.evaluate import Captioned
from photosearch.evaluate.studies import reliability
from photosearch.evaluate.studies.reliability import (
    captions_reliability,
    names_reliability,
    reliability_record,
    reliability_text,
)
from photosearch.manifest import Calibration
from tests.evaluate.studies.made import clusters, made_labelled

PLAIN = Calibration(scale=1.0, bias=0.0)


def captioned(photos: Floats, captions: Floats, owner: list[int]) -> Captioned:
    names = tuple(f"{at}.jpg" for at in range(len(photos)))
    texts = tuple(f"{at}" for at in range(len(captions)))
    return Captioned(photos, captions, np.array(owner), names, texts)


def test_a_name_is_asked_of_all_photos_and_those_that_bear_it_are_right() -> None:
    data = made_labelled([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], [0, 0, 1], ["a", "b", "never"])
    names = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    first, ten = names_reliability(data, names, PLAIN)
    assert (first.trust.queries, first.trust.hits, first.trust.right) == (2, 2, 1.0)
    assert (ten.trust.hits, ten.trust.right) == (6, 0.5)
    logistic = [1 / (1 + np.exp(-score)) for score in (1, 1)]
    assert first.trust.said == pytest.approx(np.mean(logistic))
    assert "Each of 2 names is asked of all 3 photos." in first.protocol


def test_the_own_photo_of_a_caption_alone_is_right() -> None:
    photos = np.eye(3, dtype=np.float32)
    found = captions_reliability(captioned(photos, photos[[0, 0, 1, 2]], [0, 0, 1, 0]), PLAIN)
    assert [(each.hits, each.trust.hits) for each in found] == [
        ("first hit", 4),
        ("first ten hits", 12),
    ]
    assert found[0].trust.right == pytest.approx(3 / 4)
    assert found[1].trust.right == pytest.approx(4 / 12)


def test_blocks_of_queries_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    data = clusters(60, 9)
    names = np.random.default_rng(2).standard_normal((9, 16)).astype(np.float32)
    whole = names_reliability(data, names, PLAIN)
    monkeypatch.setattr(reliability, "_BLOCK", 120)
    parts = names_reliability(data, names, PLAIN)
    for part, one in zip(parts, whole, strict=True):
        assert [bar.hits for bar in part.bins] == [bar.hits for bar in one.bins]
        assert part.trust.error.mean == pytest.approx(one.trust.error.mean, abs=1e-6)
        assert part.trust.right == one.trust.right


def test_the_bins_hold_all_hits() -> None:
    data = clusters(60, 9)
    for each in names_reliability(data, data.photos[:9], Calibration(scale=9.0, bias=-4.0)):
        assert sum(bar.hits for bar in each.bins) == each.trust.hits
        assert sorted(each.bins, key=lambda bar: bar.low) == list(each.bins)


def test_text_and_json_tell_the_same_and_the_protocol_once() -> None:
    data = clusters(60, 9)
    found = names_reliability(data, data.photos[:9], Calibration(scale=9.0, bias=-4.0))
    text, records = reliability_text(found), json.loads(json.dumps(reliability_record(found)))
    assert text.count("Confidence is 1 / (1 + exp(-(9.0 score -4.0))).") == 1
    assert max(map(len, text.splitlines())) <= 100
    error = records[0]["trust"]["error"]["mean"]
    assert f"calibration error {100 * error:.1f}" in text
    assert [each["hits"] for each in records] == ["first hit", "first ten hits"]


def test_names_of_other_classes_and_nan_are_refused() -> None:
    data = clusters(10, 3)
    with pytest.raises(ShapeError, match="names: got 2, expected 3"):
        names_reliability(data, data.photos[:2], PLAIN)
    with pytest.raises(ModelError, match="NaN"):
        names_reliability(data, np.full((3, 16), np.nan, np.float32), PLAIN)
    with pytest.raises(ShapeError, match="width"):
        names_reliability(data, np.ones((3, 4), np.float32), PLAIN)
