"""The towers while they are trained."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from photosearch.models.inverted_residuals import pool
from photosearch.train.student import Student
from tests.train.conftest import FROZEN_BLOCKS, FROZEN_LAYERS, PHOTOS

TUNED = (
    f"image.backbone.blocks.{FROZEN_BLOCKS}.",
    "image.backbone.head.",
    "image.head.",
    f"text.layers.{FROZEN_LAYERS}.",
    "text.head.",
    "log_scale",
)


def test_the_gradient_reaches_what_is_tuned_and_nothing_else(student: Student) -> None:
    for head in (student.image.head, student.text.head):
        torch.nn.init.normal_(head.down.weight)  # zero at first, which lets no gradient past
    photos = student.image.head(student.features([0, 1], [0, 1]))
    (student.scale * (photos @ student.texts([0, 1]).T)).square().sum().backward()
    reached = {n for n, p in student.named_parameters() if p.grad is not None and p.grad.any()}
    expected = {n for n, _ in student.named_parameters() if n.startswith(TUNED)}
    # moving every score of a row alike changes no softmax: a key's bias never has a gradient
    silent = {f"text.layers.{FROZEN_LAYERS}.attention.key.bias"}
    assert reached - silent == expected - silent


def test_frozen_parts_ask_for_no_gradient(student: Student) -> None:
    asking = {n for n, p in student.named_parameters() if p.requires_grad}
    assert asking == {n for n, _ in student.named_parameters() if n.startswith(TUNED)}


def test_texts_are_unit_vectors_of_the_whole_tower(student: Student) -> None:
    ours = student.texts([0, 1, 2])
    expected = student.text(student.bank.padded([0, 1, 2]))
    torch.testing.assert_close(ours.norm(dim=1), torch.ones(3))
    assert F.cosine_similarity(ours, expected).min().item() > 0.999


def test_features_are_those_of_the_view_that_is_asked(student: Student) -> None:
    bottom = torch.from_numpy(student.views.bottoms[1][2]).float()[None]
    with torch.no_grad():
        expected = pool(student.image.backbone.top(bottom, start=FROZEN_BLOCKS))
        found = student.features([2], [1])
    assert F.cosine_similarity(found, expected).item() > 0.999


def test_features_are_computed_in_chunks_without_a_trace(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, views = list(range(PHOTOS)), [0] * PHOTOS
    whole = student.features(numbers, views)
    monkeypatch.setattr("photosearch.train.student.CHUNK_PHOTOS", 3)
    torch.testing.assert_close(student.features(numbers, views), whole, rtol=0.02, atol=0.02)


def test_the_published_features_are_read_as_cached(student: Student) -> None:
    expected = torch.from_numpy(student.views.features[1][3]).float()
    assert torch.equal(student.published_features([3], [1])[0], expected)


def test_the_scale_starts_where_it_is_told_and_is_bounded(student: Student) -> None:
    assert student.scale.item() == pytest.approx(20.0)
    with torch.no_grad():
        student.log_scale.fill_(9.0)
    assert student.scale.item() == 50.0
