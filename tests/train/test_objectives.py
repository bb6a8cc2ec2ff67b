"""The losses of a step, over a student whose embeddings are known by heart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from photosearch.train.batches import Batch
from photosearch.train.classes import Classifier, Opinions
from photosearch.train.config import ContrastConfig, LossWeights
from photosearch.train.objectives import Objective
from photosearch.train.samplers import ClassDraw, Pairs
from photosearch.train.teacher import ClipTeacher, Teacher
from tests.train.ideal import OWN, PHOTOS, D, batch, captioned, ideal

ONES = LossWeights(**dict.fromkeys(vars(LossWeights()), 1.0))
DRAWN = ClassDraw(np.array([2, 0, 1]), [2, 0, 1], noise=0.3, along_covariance=False)
RIGHT, WRONG = [0, 1, 2], [1, 2, 0]  # which class each name is of


def clip() -> ClipTeacher:
    """CLIP sees photo p as the unit vector p too, and the categories likewise."""
    teacher = ClipTeacher({n: n for n in range(PHOTOS)}, torch.eye(D), torch.eye(D), dim=D)
    with torch.no_grad():
        teacher.project.weight.copy_(torch.eye(D))
        teacher.project.bias.zero_()
    return teacher


def objective(owner: Sequence[int] = OWN, weights: LossWeights = ONES) -> Objective:
    """The classifier says of photo p that it is of class p, and so did the published ones."""
    sure = torch.full((PHOTOS, D), -60.0).fill_diagonal_(0.0)
    return Objective(
        student=ideal(owner),
        classifier=Classifier(60 * torch.eye(D), torch.zeros(D)),
        opinions=Opinions(sure),
        clip=clip(),
        contrast=ContrastConfig((D,), smoothing=0.0),
        weights=weights,
    )


def test_captions_of_the_right_photos_cost_only_their_number() -> None:
    loss = objective()(batch(captioned(range(4))))["captions"]
    # a photo shares its mass among two sentences, a sentence has one photo
    assert loss.item() == pytest.approx(math.log(2) / 2, abs=1e-5)


def test_captions_of_other_photos_cost_much() -> None:
    others = [(owner + 1) % PHOTOS for owner in OWN]
    assert objective(others)(batch(captioned(range(4))))["captions"].item() > 10


def named(photos: Sequence[int], texts: Sequence[int], ignored: bool = False) -> Pairs:
    positive = np.eye(len(photos), dtype=np.bool_)
    return Pairs(np.array(photos), texts, positive, ~positive if ignored else None)


def test_names_of_their_own_photos_cost_little() -> None:
    right, wrong = (
        objective(owner)(batch(labelled=named([2, 3], [0, 1])))["labels"].item()
        for owner in ([2, 3], [3, 2])
    )
    assert right < 0.01 < 10 < wrong


def test_names_that_mean_nearly_the_same_are_not_pushed_apart() -> None:
    found = objective([3, 2])(batch(labelled=named([2, 3], [0, 1], ignored=True)))["labels"]
    assert found.item() == pytest.approx(0, abs=1e-5)


def test_the_labelled_photos_are_the_last() -> None:
    found = objective([0, 0, 0, 1, 1, 1, 5])(batch(captioned([0, 1]), named([5], [6])))
    assert found["labels"].item() == pytest.approx(0, abs=1e-5)
    assert found["captions"].item() == pytest.approx(math.log(2) / 2, abs=1e-5)


def test_a_class_costs_little_where_its_name_fits_what_it_looks_like() -> None:
    right, wrong = (
        objective(owner)(batch(labelled=named(range(3), RIGHT), classes=DRAWN))
        for owner in (RIGHT, WRONG)
    )
    assert right["grounding"] < wrong["grounding"]
    assert right["classes"].item() < 0.01 < wrong["classes"].item()


def test_the_classifier_is_held_to_what_was_published() -> None:
    agreeing, other = objective(), objective()
    with torch.no_grad():
        other.classifier.linear.weight.copy_(60 * torch.eye(D).roll(1, 0))
    right, wrong = (each(batch(captioned([0, 1])))["classifier"] for each in (agreeing, other))
    assert right.item() < 0.01 < 10 < wrong.item()


def test_agreeing_with_clip_costs_nothing() -> None:
    found = objective(range(3 * D))(batch(labelled=named([1, 2], [1, 2]), categories=range(D)))
    assert found["mimic"].item() == pytest.approx(0, abs=1e-6)
    assert found["categories"].item() == pytest.approx(0, abs=1e-5)


def test_photos_that_clip_never_saw_do_not_count() -> None:
    some = objective(range(3 * D))
    some.clip = ClipTeacher({}, torch.eye(D), torch.eye(D), dim=D)
    assert some(batch(labelled=named([1], [1]), categories=range(D))).keys() == {
        "labels",
        "classifier",
    }


@pytest.mark.parametrize(
    "seen",
    [
        batch(captioned(range(4))),
        batch(labelled=named([2, 3], [7, 10]), sentences=[8, 9]),
        batch(captioned([0, 1]), named([3], [9]), categories=[1], sentences=[6]),
    ],
)
def test_teachers_who_agree_cost_less_than_others(seen: Batch) -> None:
    photos, texts = torch.eye(D), torch.eye(D)[OWN]
    found = []
    for vectors in (texts, texts.roll(3, 0)):
        taught = objective()
        taught.teachers = [Teacher(photos.half(), vectors.half())]
        found.append(taught(seen)["teacher"].item())
    assert found[0] < found[1]


@pytest.mark.parametrize("name", ["captions", "classifier"])
def test_a_loss_counts_by_its_weight(name: str) -> None:
    others = [(owner + 1) % PHOTOS for owner in OWN]
    once = objective(others)(batch(captioned(range(4))))[name]
    weights = replace(ONES, **{name: 0.25})
    quarter = objective(others, weights)(batch(captioned(range(4))))[name]
    torch.testing.assert_close(quarter, once / 4)
