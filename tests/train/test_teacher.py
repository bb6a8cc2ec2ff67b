"""What CLIP and trained students tell the next one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageOps
from torch.nn import functional as F  # noqa: N812

from photosearch.train.config import AugmentConfig
from photosearch.train.losses import relations
from photosearch.train.pictures import Pictures
from photosearch.train.student import Student
from photosearch.train.teacher import (
    SHARPNESS,
    Teacher,
    become_teacher,
    kept_teacher,
    teach,
)
from photosearch.train.texts import TextBank
from tests.train.conftest import SENTENCES
from tests.train.data_folder import hear
from tests.train.tiny import TOWERS

N, M, D = 5, 7, 8
NUMBERS = torch.tensor([4, 1, 2]), torch.tensor([6, 0, 3, 3])
SIDE = 64


@pytest.fixture
def teachers() -> list[Teacher]:
    return [
        Teacher(*(F.normalize(torch.randn(rows, D), dim=1).half() for rows in (N, M)))
        for _ in range(2)
    ]


@pytest.fixture
def pictures(photos: list[Path]) -> Pictures:
    return Pictures(photos, AugmentConfig(side=32), workers=2)


def test_a_student_who_sees_as_the_teacher_does_loses_nothing(teachers: list[Teacher]) -> None:
    photos, texts = teachers[0].photos[NUMBERS[0]].float(), teachers[0].texts[NUMBERS[1]].float()
    scale = torch.tensor(SHARPNESS)
    found = teach(teachers[:1], photos, texts, NUMBERS, widths=(D,), scale=scale)
    assert found.item() == pytest.approx(0, abs=1e-4)


def test_each_width_learns_the_mean_view_of_all_teachers(teachers: list[Teacher]) -> None:
    photos, texts = (F.normalize(torch.randn(rows, D), dim=1) for rows in (3, 4))
    scale, expected = torch.tensor(30.0), 0.0
    one, two = (t.photos[NUMBERS[0]].float() @ t.texts[NUMBERS[1]].float().T for t in teachers)
    seen = (one + two) / 2
    for width in (D, 2):
        short = [F.normalize(x[:, :width], dim=1) for x in (photos, texts)]
        expected += relations(short[0] @ short[1].T, SHARPNESS * seen, scale=scale).item() / 2
    found = teach(teachers, photos, texts, NUMBERS, widths=(D, 2), scale=scale)
    assert found.item() == pytest.approx(expected, rel=1e-4)


def test_the_teacher_knows_every_photo_and_every_sentence(
    student: Student, pictures: Pictures, bank: TextBank
) -> None:
    told: list[int] = []
    teacher = become_teacher(student, pictures, bank, side=SIDE, tick=told.append)
    assert teacher.photos.shape == (len(pictures.paths), TOWERS.dim)
    assert teacher.texts.shape == (len(SENTENCES), TOWERS.dim)
    torch.testing.assert_close(teacher.photos.float().norm(dim=1), torch.ones(6), rtol=0, atol=2e-3)
    assert sum(told) == len(pictures.paths)
    assert student.training


def test_a_mirrored_photo_is_taught_alike(
    student: Student, bank: TextBank, photos: list[Path], tmp_path: Path
) -> None:
    with Image.open(photos[2]) as photo:
        photo.save(tmp_path / "same.png")
        ImageOps.mirror(photo).save(tmp_path / "mirrored.png")
    both = Pictures([tmp_path / "same.png", tmp_path / "mirrored.png"], AugmentConfig(), workers=1)
    first, second = become_teacher(student, both, bank, side=SIDE, tick=hear).photos.float()
    assert (first @ second).item() > 0.999


class Kept:
    """A teacher whose towers lie in a file, and how often they were asked for."""

    def __init__(self, student: Student, pictures: Pictures, bank: TextBank, folder: Path) -> None:
        self.student, self.pictures, self.bank, self.folder = student, pictures, bank, folder
        self.asked, self.side, self.of = 0, SIDE, folder / "towers"
        self.of.write_bytes(b"weights")

    def load(self) -> Student:
        self.asked += 1
        return self.student

    def __call__(self) -> Teacher:
        return kept_teacher(
            self.load, self.pictures, self.bank, self.folder, of=self.of, side=self.side, tick=hear
        )


@pytest.fixture
def kept(student: Student, pictures: Pictures, bank: TextBank, tmp_path: Path) -> Kept:
    return Kept(student, pictures, bank, tmp_path)


def test_what_a_teacher_thinks_is_kept(kept: Kept) -> None:
    first, second = kept(), kept()
    assert kept.asked == 1
    assert torch.equal(first.photos, second.photos)
    assert torch.equal(first.texts, second.texts)


def other_weights(kept: Kept) -> None:
    kept.of.write_bytes(b"others")


def another_side(kept: Kept) -> None:
    kept.side = 96


def another_sentence(kept: Kept) -> None:
    kept.bank.add("a green triangle")


def another_order(kept: Kept) -> None:
    kept.pictures = Pictures(kept.pictures.paths[::-1], AugmentConfig(), workers=1)


@pytest.mark.parametrize("change", [other_weights, another_side, another_sentence, another_order])
def test_a_teacher_of_something_else_is_asked_again(
    kept: Kept, change: Callable[[Kept], None]
) -> None:
    kept()
    change(kept)
    kept()
    assert kept.asked == 2
