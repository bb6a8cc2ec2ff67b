"""The streams, over a student whose embeddings are known by heart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.train.classes import Classes, describe
from photosearch.train.samplers import (
    CaptionStream,
    ClassStream,
    ClipStream,
    ContrastConfig,
    LabelStream,
)
from photosearch.train.student import Student

PHOTOS = D = 6
CONTRAST = ContrastConfig((D,), smoothing=0.0)
SCALE = torch.tensor(60.0)  # so sharp that the rest of a softmax vanishes


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def ideal(owner: Sequence[int]) -> Student:
    """Photo p is the unit vector p (of two views); sentence t is that of the photo `owner[t]`."""
    eye = torch.eye(D)

    def features(numbers: Sequence[int], _views: Sequence[int]) -> Tensor:
        return eye[torch.as_tensor(numbers)]

    def texts(numbers: Sequence[int]) -> Tensor:
        return eye[[owner[number] for number in numbers]]

    student = SimpleNamespace(
        views=SimpleNamespace(bottoms=[None, None]),
        image=SimpleNamespace(head=lambda x: F.normalize(x, dim=1)),
        features=features,
        published_features=features,
        texts=texts,
        scale=SCALE,
    )
    return cast("Student", student)


def captions(texts_each: int = 2) -> CaptionStream:
    """Sentences 3p, 3p + 1 and 3p + 2 are about photo p."""
    about = [[3 * photo + i for i in range(3)] for photo in range(PHOTOS)]
    return CaptionStream(range(PHOTOS), about, texts_each=texts_each)


OWN = [number // 3 for number in range(3 * PHOTOS)]


def test_captions_of_the_right_photos_cost_only_their_number(random: np.random.Generator) -> None:
    loss, _ = captions().loss(ideal(OWN), np.arange(4), CONTRAST, random)
    # a photo shares its mass among two sentences, a sentence has one photo
    assert loss.item() == pytest.approx(math.log(2) / 2, abs=1e-5)


def test_captions_of_other_photos_cost_much(random: np.random.Generator) -> None:
    others = [(owner + 1) % PHOTOS for owner in OWN]
    loss, _ = captions().loss(ideal(others), np.arange(4), CONTRAST, random)
    assert loss.item() > 10


def test_the_captions_of_a_photo_are_drawn_without_repetition(random: np.random.Generator) -> None:
    seen: list[int] = []
    student = ideal(OWN)
    embed = student.texts
    student.texts = lambda numbers: seen.extend(numbers) or embed(numbers)  # type: ignore[method-assign, func-returns-value]
    captions(texts_each=3).loss(student, np.arange(4), CONTRAST, random)
    assert sorted(seen) == list(range(12))


def test_what_was_drawn_is_handed_on(random: np.random.Generator) -> None:
    _, drawn = captions().loss(ideal(OWN), np.array([4, 2]), CONTRAST, random)
    assert drawn.photos.tolist() == [4, 2]
    assert torch.equal(drawn.vectors, torch.eye(D)[[4, 2]])


def test_any_view_of_a_photo_is_drawn(random: np.random.Generator) -> None:
    views = [captions().loss(ideal(OWN), np.arange(4), CONTRAST, random)[1].views for _ in range(9)]
    assert set(np.concatenate(views)) == {0, 1}


def test_a_name_is_drawn_by_the_root_of_its_count() -> None:
    stream = LabelStream(range(5), [0, 0, 0, 0, 1], [[[0]]] * 5, batch=4)
    by_label = np.bincount([0, 0, 0, 0, 1], stream.odds)
    assert by_label == pytest.approx(np.array([2, 1]) / 3)


def test_every_photo_of_a_name_is_right(random: np.random.Generator) -> None:
    """Photos 2 and 3 have one name, and embeddings on which a sentence of either fits both."""
    stream = LabelStream([2, 3], [7, 7], [[[2]], [[3]]], batch=8)
    student = ideal([0, 0, 2, 2])
    student.image.head = lambda x: torch.eye(D)[[2]].expand(len(x), D)  # type: ignore[assignment]
    loss, _ = stream.loss(student, CONTRAST, random)
    assert loss.item() == pytest.approx(math.log(8), abs=1e-5)


def test_names_of_their_own_photos_cost_little(random: np.random.Generator) -> None:
    stream = LabelStream([2, 3], [0, 1], [[[2]], [[3]]], batch=8)
    right, wrong = (
        stream.loss(ideal(owner), CONTRAST, random)[0].item()
        for owner in ([0, 0, 2, 3], [0, 0, 3, 2])
    )
    assert right < math.log(8) < wrong


def classes() -> Classes:
    return Classes(20 * torch.eye(3, D), torch.zeros(3), [[[n]] for n in range(3)])


def test_a_class_costs_little_where_its_name_fits_its_features(
    random: np.random.Generator,
) -> None:
    stream = ClassStream(classes(), batch=3)
    _, drawn = captions().loss(ideal(OWN), np.arange(3), CONTRAST, random)
    space = describe(torch.rand(50, D), classes())
    right, wrong = (
        stream.loss(ideal(owner), space, [drawn], CONTRAST, random)[0].item()
        for owner in ([0, 1, 2], [1, 2, 0])
    )
    assert right < wrong


def test_the_classifier_is_obeyed_where_it_agrees(random: np.random.Generator) -> None:
    stream = ClassStream(classes(), batch=3)
    _, drawn = captions().loss(ideal(OWN), np.arange(3), CONTRAST, random)
    space = describe(torch.rand(50, D), classes())
    right, wrong = (
        stream.loss(ideal(owner), space, [drawn], CONTRAST, random)[1].item()
        for owner in ([0, 1, 2], [1, 2, 0])
    )
    assert right < 0.01 < wrong


def clip(known: Sequence[int]) -> ClipStream:
    """CLIP sees photo p as the unit vector p too, and the categories likewise."""
    stream = ClipStream(
        {photo: row for row, photo in enumerate(known)},
        torch.eye(D)[list(known)],
        torch.eye(D),
        range(D),
        dim=D,
        batch=D,
    )
    with torch.no_grad():
        stream.project.weight.copy_(torch.eye(D))
        stream.project.bias.zero_()
    return stream


def test_agreeing_with_clip_costs_nothing(random: np.random.Generator) -> None:
    student = ideal(range(D))
    _, drawn = captions().loss(ideal(OWN), np.arange(4), CONTRAST, random)
    distance, divergence = clip(range(4)).loss(student, drawn, random)
    assert distance.item() == pytest.approx(0, abs=1e-6)
    assert divergence.item() == pytest.approx(0, abs=1e-6)


def test_the_distance_to_clip_is_one_less_the_cosine(random: np.random.Generator) -> None:
    stream = clip(range(4))
    with torch.no_grad():
        stream.project.weight.copy_(torch.eye(D) + torch.eye(D).roll(1, 0))  # at 45 degrees
    _, drawn = captions().loss(ideal(OWN), np.arange(4), CONTRAST, random)
    distance, _ = stream.loss(ideal(range(D)), drawn, random)
    assert distance.item() == pytest.approx(1 - math.sqrt(0.5), abs=1e-6)


def test_photos_that_clip_never_saw_do_not_count(random: np.random.Generator) -> None:
    student = ideal(range(D))
    _, drawn = captions().loss(ideal(OWN), np.array([5, 1, 4]), CONTRAST, random)
    stream = clip([1])
    with_others = [part.item() for part in stream.loss(student, drawn, random)]
    assert with_others == pytest.approx([0, 0], abs=1e-6)
