"""The losses of a step, over a student whose embeddings are known by heart."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from photosearch.train.classes import Classes, describe
from photosearch.train.config import ContrastConfig
from photosearch.train.objectives import classify, contrast_pairs, ground
from photosearch.train.samplers import ClassDraw, LabelSampler
from photosearch.train.student import embed_pairs
from tests.train.ideal import OWN, PHOTOS, D, captioned, ideal

CONTRAST = ContrastConfig((D,), smoothing=0.0)
CLASSES = Classes(20 * torch.eye(3, D), torch.zeros(3), [[[n]] for n in range(3)])
DRAWN = ClassDraw(np.array([2, 0, 1]), [2, 0, 1], noise=0.3, along_covariance=False)
RIGHT, WRONG = [0, 1, 2], [1, 2, 0]  # which class each name is of


def test_captions_of_the_right_photos_cost_only_their_number() -> None:
    loss = contrast_pairs(ideal(OWN), captioned(range(4)), CONTRAST)
    # a photo shares its mass among two sentences, a sentence has one photo
    assert loss.item() == pytest.approx(math.log(2) / 2, abs=1e-5)


def test_captions_of_other_photos_cost_much() -> None:
    others = [(owner + 1) % PHOTOS for owner in OWN]
    assert contrast_pairs(ideal(others), captioned(range(4), others), CONTRAST).item() > 10


def test_every_photo_of_a_name_is_right() -> None:
    """Photos 2 and 3 have one name, and embeddings on which a sentence of either fits both."""
    sampler = LabelSampler([2, 3], [7, 7], [[[2]], [[3]]], batch=8)
    student = ideal([0, 0, 2, 2])
    student.image.head = lambda x: torch.eye(D)[[2]].expand(len(x), D)  # type: ignore[assignment]
    drawn = sampler.draw(views=2, random=np.random.default_rng(0))
    loss = contrast_pairs(student, embed_pairs(student, drawn), CONTRAST)
    assert loss.item() == pytest.approx(math.log(8), abs=1e-5)


def test_names_of_their_own_photos_cost_little() -> None:
    sampler = LabelSampler([2, 3], [0, 1], [[[2]], [[3]]], batch=8)
    drawn = sampler.draw(views=2, random=np.random.default_rng(0))
    right, wrong = (
        contrast_pairs(student, embed_pairs(student, drawn), CONTRAST).item()
        for student in (ideal([0, 0, 2, 3]), ideal([0, 0, 3, 2]))
    )
    assert right < math.log(8) < wrong


def test_a_class_costs_little_where_its_name_fits_its_features() -> None:
    space = describe(torch.rand(50, D), CLASSES)
    right, wrong = (
        ground(ideal(owner), CLASSES, space, DRAWN, CONTRAST)[0].item() for owner in (RIGHT, WRONG)
    )
    assert right < wrong


def test_the_classifier_is_obeyed_where_it_agrees() -> None:
    pairs = captioned(range(3))
    right, wrong = (
        classify(ideal(owner), CLASSES, DRAWN, ideal(owner).texts(DRAWN.texts), [pairs]).item()
        for owner in (RIGHT, WRONG)
    )
    assert right < 0.01 < wrong
