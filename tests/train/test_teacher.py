"""What CLIP and a trained student tell the next one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.testing import draw_photos
from photosearch.train.losses import relations
from photosearch.train.samplers import CategorySampler, Pairs
from photosearch.train.student import EmbeddedPairs, Student
from photosearch.train.teacher import SHARPNESS, ClipTeacher, Teacher, become_teacher
from tests.train.conftest import SENTENCES, SMALL
from tests.train.data_folder import hear
from tests.train.ideal import D, captioned, ideal

N, M = 5, 7
PHOTOS, TEXTS = [4, 1, 2], [6, 0, 3, 3]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return list(draw_photos(tmp_path).values())[:3]


@pytest.fixture
def teacher() -> Teacher:
    return Teacher(F.normalize(torch.randn(N, 8), dim=1), F.normalize(torch.randn(M, 8), dim=1))


def drawn(vectors: Tensor, sentences: Tensor) -> EmbeddedPairs:
    return EmbeddedPairs(pairs(PHOTOS, TEXTS), vectors, sentences)


def pairs(photos: Sequence[int], texts: Sequence[int]) -> Pairs:
    """Drawn photos and sentences; which belong together, a teacher does not ask."""
    views, positive = np.zeros(len(photos), np.int64), np.zeros((len(photos), len(texts)), np.bool_)
    return Pairs(np.array(photos), views, texts, positive)


def test_a_student_who_sees_as_the_teacher_does_loses_nothing(
    teacher: Teacher, student: Student
) -> None:
    with torch.no_grad():
        student.log_scale.fill_(np.log(SHARPNESS))
    same = drawn(teacher.photos[PHOTOS], teacher.texts[TEXTS])
    assert teacher.loss(student, same, (8,)).item() == pytest.approx(0, abs=1e-6)


def test_each_width_learns_the_teachers_whole_view(teacher: Teacher, student: Student) -> None:
    vectors = F.normalize(torch.randn(3, 8), dim=1)
    sentences = F.normalize(torch.randn(4, 8), dim=1)
    logits = SHARPNESS * teacher.photos[PHOTOS] @ teacher.texts[TEXTS].T
    expected = []
    for width in (8, 2):
        short = (F.normalize(x[:, :width], dim=1) for x in (vectors, sentences))
        photo, text = short
        expected.append(relations(photo @ text.T, logits, scale=student.scale).item())
    found = teacher.loss(student, drawn(vectors, sentences), (8, 2))
    assert found.item() == pytest.approx(sum(expected) / 2, rel=1e-5)


def test_the_gradient_reaches_the_student(student: Student, photos: list[Path]) -> None:
    teacher = become_teacher(student, photos, side=64, tick=hear)
    vectors = student.image.head(student.features([0, 1, 2], [0, 0, 0]))
    sentences = student.texts([0, 1, 2])
    taken = EmbeddedPairs(pairs([0, 1, 2], [0, 1, 2]), vectors, sentences)
    teacher.loss(student, taken, (SMALL.dim,)).backward()  # type: ignore[no-untyped-call]
    grad = student.image.head.linear.weight.grad
    assert grad is not None
    assert grad.abs().sum() > 0


def test_the_teacher_knows_every_photo_and_every_sentence(
    student: Student, photos: list[Path]
) -> None:
    teacher = become_teacher(student, photos, side=64, tick=hear)
    assert teacher.photos.shape == (3, SMALL.dim)
    assert teacher.texts.shape == (len(SENTENCES), SMALL.dim)
    torch.testing.assert_close(teacher.photos.norm(dim=1), torch.ones(3))


def test_a_mirrored_photo_is_taught_alike(student: Student, tmp_path: Path) -> None:
    from PIL import Image, ImageOps

    [path] = draw_photos(tmp_path, ["red triangle on white"]).values()
    with Image.open(path) as photo:
        photo.save(tmp_path / "same.png")
        ImageOps.mirror(photo).save(tmp_path / "mirrored.png")
    paths = [tmp_path / "same.png", tmp_path / "mirrored.png"]
    first, second = become_teacher(student, paths, side=64, tick=hear).photos
    assert (first @ second).item() > 0.999


def test_the_student_goes_on_training_as_before(student: Student, photos: list[Path]) -> None:
    become_teacher(student, photos, side=64, tick=hear)
    assert student.training


def test_progress_counts_every_photo_twice(student: Student, photos: list[Path]) -> None:
    told: list[int] = []
    become_teacher(student, photos, side=64, tick=told.append)
    assert sum(told) == 6


def clip(known: Sequence[int]) -> ClipTeacher:
    """CLIP sees photo p as the unit vector p too, and the categories likewise."""
    teacher = ClipTeacher(
        {photo: row for row, photo in enumerate(known)},
        torch.eye(D)[list(known)],
        torch.eye(D),
        dim=D,
    )
    with torch.no_grad():
        teacher.project.weight.copy_(torch.eye(D))
        teacher.project.bias.zero_()
    return teacher


CATEGORIES = CategorySampler(range(D), batch=D)


@pytest.mark.parametrize(
    ("photos", "known"),
    [
        pytest.param(range(4), range(4), id="of all"),
        pytest.param([5, 1, 4], [1], id="those that CLIP never saw do not count"),
    ],
)
def test_agreeing_with_clip_costs_nothing(photos: Sequence[int], known: Sequence[int]) -> None:
    teacher = clip(known)
    distance, seen = teacher.distance(captioned(photos))
    divergence = teacher.categorise(ideal(range(D)), seen, np.arange(D), CATEGORIES)
    assert distance.item() == pytest.approx(0, abs=1e-6)
    assert divergence.item() == pytest.approx(0, abs=1e-6)


def test_categories_that_clip_sees_otherwise_cost_much() -> None:
    teacher = clip(range(4))
    _, seen = teacher.distance(captioned(range(4)))
    others = [(number + 1) % D for number in range(D)]
    assert teacher.categorise(ideal(others), seen, np.arange(D), CATEGORIES).item() > 10


def test_the_distance_to_clip_is_one_less_the_cosine() -> None:
    teacher = clip(range(4))
    with torch.no_grad():
        teacher.project.weight.copy_(torch.eye(D) + torch.eye(D).roll(1, 0))  # at 45 degrees
    distance, _ = teacher.distance(captioned(range(4)))
    assert distance.item() == pytest.approx(1 - math.sqrt(0.5), abs=1e-6)
