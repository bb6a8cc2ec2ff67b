"""What a trained student tells the next one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.testing import draw_photos
from photosearch.train.loss import relations
from photosearch.train.samplers import Drawn
from photosearch.train.student import Student
from photosearch.train.teacher import SHARPNESS, Teacher, become_teacher
from tests.train.conftest import SENTENCES, SMALL
from tests.train.data_folder import hear

N, M = 5, 7
PHOTOS, TEXTS = [4, 1, 2], [6, 0, 3, 3]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return list(draw_photos(tmp_path).values())[:3]


@pytest.fixture
def teacher() -> Teacher:
    return Teacher(F.normalize(torch.randn(N, 8), dim=1), F.normalize(torch.randn(M, 8), dim=1))


def drawn(vectors: Tensor, sentences: Tensor) -> Drawn:
    return Drawn(np.array(PHOTOS), np.zeros(3, np.int64), vectors, TEXTS, sentences)


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
    taken = Drawn(np.arange(3), np.zeros(3, np.int64), vectors, [0, 1, 2], sentences)
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
