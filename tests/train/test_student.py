"""The towers while they are trained."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.models.inverted_residuals import pool
from photosearch.train.config import Machine
from photosearch.train.convolutions import split_gains
from photosearch.train.quantization import prepare_rounding, round_now
from photosearch.train.student import Student, padded
from photosearch.train.texts import TextBank
from tests.train.tiny import BACKBONE, image_tower, published, text_tower

SIDE, PHOTOS = 64, 5
STILL = ("text.tokens.", "text.positions.", "text.norm.")


def pixels(count: int = PHOTOS) -> Tensor:
    return torch.rand(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 255


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosearch.train.student.PART_PHOTOS", 2)
    monkeypatch.setattr("photosearch.train.student.PART_TEXTS", 3)


def test_features_are_those_of_the_whole_backbone(student: Student) -> None:
    student.drop_path = 0.5
    student.eval()  # no block is passed by
    x = pixels()
    with torch.no_grad():
        expected = pool(student.image.backbone((x - BACKBONE.mean) / BACKBONE.scale))
        found = student.features(x)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_in_half_precision_features_are_nearly_the_same(student: Student) -> None:
    with torch.no_grad():
        exact = student.features(pixels())
        student.machine = Machine(dtype="bfloat16")
        found = student.features(pixels())
    assert found.dtype == torch.float32
    assert F.cosine_similarity(found, exact).min() > 0.99


def test_texts_are_unit_vectors_of_the_whole_tower(student: Student, bank: TextBank) -> None:
    numbers = [3, 0, 1, 0, 2]
    with torch.no_grad():
        found = student.texts(bank.chosen(numbers))
        for vector, number in zip(found, numbers, strict=True):
            alone = student.text(torch.tensor([bank.ids[number]]))[0]
            torch.testing.assert_close(vector, alone, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.norm(dim=1), torch.ones(5))


def test_equal_texts_are_computed_once(student: Student, bank: TextBank) -> None:
    seen: list[int] = []
    student.text.layers[0].register_forward_pre_hook(lambda _layer, x: seen.append(len(x[0])))
    student.texts(bank.chosen([0, 1, 0, 1, 0]))
    assert sum(seen) == 2


def test_texts_are_padded_with_zeros() -> None:
    assert padded([[5, 6], [7, 8, 9]]).tolist() == [[5, 6, 0], [7, 8, 9]]


def loss(student: Student, bank: TextBank) -> Tensor:
    for head in (student.image.head, student.text.head):
        nn.init.normal_(head.down.weight)  # zero at first, which lets no gradient past
    photos = student.image.head(student.features(pixels()))
    cosines = photos @ student.texts(bank.ids).T
    return torch.square(student.scale * cosines).sum()


def test_the_gradient_reaches_all_but_the_word_embeddings(student: Student, bank: TextBank) -> None:
    loss(student, bank).backward()  # type: ignore[no-untyped-call]
    names = {name for name, _ in student.named_parameters()}
    reached = {n for n, p in student.named_parameters() if p.grad is not None and p.grad.any()}
    still = {name for name in names if name.startswith(STILL)}
    # moving every score of a row alike changes no softmax: a key's bias never has a gradient
    silent = {name for name in names if name.endswith("attention.key.bias")}
    assert len(still) == 4
    assert reached - silent == names - still - silent


@dataclass(frozen=True)
class Setting:
    """What the forward pass does at random or on the way."""

    drop_path: float = 0.0
    dropout: float = 0.0
    rounded: bool = False
    dtype: str = "float32"


SETTINGS = [
    Setting(),
    Setting(drop_path=0.5),
    Setting(dropout=0.4),
    Setting(drop_path=0.5, dropout=0.4, rounded=True),
    Setting(drop_path=0.5, dropout=0.4, rounded=True, dtype="bfloat16"),
]


def gradients(bank: TextBank, setting: Setting, *, recompute: bool) -> dict[str, Tensor]:
    student = Student(
        image_tower(),
        text_tower(),
        machine=Machine(dtype=setting.dtype),
        drop_path=setting.drop_path,
    )
    student.recompute = recompute
    for head in (student.image.head, student.text.head):
        head.dropout.p = setting.dropout
    split_gains(student.image.backbone, published().gains)
    if setting.rounded:
        prepare_rounding(student)
        round_now(student)
    torch.manual_seed(5)
    photos = student.image.head(student.features(pixels()))
    (student.scale * photos @ student.texts(bank.ids).T).square().sum().backward()
    return {n: p.grad for n, p in student.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_parts_computed_twice_give_the_same_gradients_to_the_bit(
    bank: TextBank, setting: Setting
) -> None:
    once, twice = (gradients(bank, setting, recompute=again) for again in (False, True))
    assert once.keys() == twice.keys()
    assert all(torch.equal(once[name], twice[name]) for name in once)


def test_parts_are_computed_twice_only_where_told(student: Student) -> None:
    seen: list[int] = []
    student.image.backbone.stem.register_forward_pre_hook(lambda _stem, x: seen.append(len(x[0])))
    for student.recompute in (False, True):
        seen.clear()
        student.features(pixels()).sum().backward()  # type: ignore[no-untyped-call]
        assert sum(seen) == PHOTOS * (2 if student.recompute else 1)


def test_a_block_passed_by_gives_what_it_was_given(student: Student) -> None:
    before, after = torch.randn(4000, 2, 1, 1), torch.randn(4000, 2, 1, 1)
    student.drop_path = 0.5
    found = student._passed(before, after, True, 0.5)
    passed = (found == before).all(1).flatten()
    assert passed.float().mean().item() == pytest.approx(0.25, abs=0.03)  # odds x depth
    expected = before + (after - before) / 0.75  # so that the mean stays
    torch.testing.assert_close(found[~passed], expected[~passed])


@pytest.mark.parametrize(
    ("training", "residual", "depth"), [(False, True, 0.5), (True, False, 0.5), (True, True, 0.0)]
)
def test_no_block_is_passed_by_in_evaluation_at_the_start_or_without_a_way_around(
    student: Student, training: bool, residual: bool, depth: float
) -> None:
    student.drop_path = 1.0
    student.train(training)
    after = torch.randn(4, 2, 1, 1)
    assert student._passed(torch.zeros(4, 2, 1, 1), after, residual, depth) is after


def test_the_scale_starts_where_it_is_told_and_is_bounded(student: Student) -> None:
    assert student.scale.item() == pytest.approx(20.0)
    with torch.no_grad():
        student.log_scale.fill_(9.0)
    assert student.scale.item() == 50.0
