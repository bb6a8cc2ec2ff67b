"""Confidence, and the calibration behind it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from export.measure.embedded import CaptionSet
from export.measure.trust import calibrate, ranked_concepts
from photosearch.data import CaptionedPhoto
from photosearch.evaluate.calibration import Ranked, confidence, joined, ranked, trust
from photosearch.manifest import Calibration
from photosearch.testing import FakeEncoder

SCORES = np.array([[0.1, 0.9, 0.5]], np.float32)


def test_photos_are_ranked_with_what_is_right() -> None:
    found = ranked(SCORES, np.array([[True, False, False]]))
    assert found.scores[0].tolist() == pytest.approx([0.9, 0.5, 0.1])
    assert found.right.tolist() == [[False, False, True]]


def test_two_libraries_are_joined_at_the_smaller_ones_depth() -> None:
    one, two = ranked(SCORES, SCORES > 0.8), ranked(SCORES[:, :2], SCORES[:, :2] > 0.8)
    assert joined([one, two]).scores.shape == (2, 2)


def test_confidence_is_the_logistic_of_the_score() -> None:
    sure = confidence(np.array([0.5], np.float32), Calibration(scale=4, bias=-1))
    assert sure[0] == pytest.approx(1 / (1 + math.exp(-1)))


def test_trust_is_told_for_the_first_hit_and_the_first_ten() -> None:
    found = trust(ranked(SCORES, SCORES > 0.8), Calibration(scale=0, bias=0))
    assert [each.hits for each in found.values()] == [1, 3]
    assert found["first hit"].error.mean == pytest.approx(0.5)  # half sure, and right


def test_a_better_score_is_a_likelier_match() -> None:
    random = np.random.default_rng(0)
    scores = random.uniform(0, 1, (200, 10)).astype(np.float32)
    kinds = [ranked(scores, random.random(scores.shape) < scores) for _ in range(2)]
    assert calibrate(kinds).scale > 0


def test_concepts_are_asked_of_photos_whose_captions_name_them() -> None:
    photos = [CaptionedPhoto(path, (text,), "dev") for path, text in PHOTOS]  # type: ignore[arg-type]
    rows = FakeEncoder(dim=8).encode_texts([text for _, text in PHOTOS])
    captions = CaptionSet(tuple(photos), rows, (), rows, np.arange(2))
    found = ranked_concepts(FakeEncoder(dim=8), captions)
    assert isinstance(found, Ranked)
    assert found.right[:, 0].all()  # "red" and "blue", and no other of the concepts


PHOTOS = (("a.jpg", "something red"), ("b.jpg", "something blue"))
