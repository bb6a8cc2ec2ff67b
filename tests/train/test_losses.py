"""Losses against other formulations: loops in numpy, and torch's own cross entropy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.train.losses import contrastive, cut, multi_positive_nce, relations, soft_labels

Doubles = NDArray[np.float64]
N, M, D = 4, 6, 8


def unit(rows: int, width: int = D) -> Tensor:
    return F.normalize(torch.randn(rows, width), dim=1)


@pytest.fixture
def positive() -> Tensor:
    """Two photos with two texts, two with one."""
    owners = torch.tensor([0, 0, 1, 2, 3, 3])
    return torch.arange(N)[:, None] == owners[None, :]


def log_softmax(logits: Doubles) -> Doubles:
    result: Doubles = logits - np.log(np.exp(logits).sum())
    return result


def looped_nce(logits: Doubles, positive: NDArray[np.bool_], smoothing: float) -> float:
    """One row after the other: the mean of -log p over positives, and over all by smoothing."""
    losses = []
    for row, chosen in zip(logits, positive, strict=True):
        log_p = log_softmax(row)
        own = np.mean([log_p[i] for i in range(len(row)) if chosen[i]])
        losses.append(-(1 - smoothing) * own - smoothing * np.mean(log_p))
    return float(np.mean(losses))


def looped_contrastive(
    photos: Doubles, texts: Doubles, positive: NDArray[np.bool_], scale: float, width: int
) -> float:
    logits = np.zeros(positive.shape)
    for i, j in np.ndindex(positive.shape):
        a, b = photos[i, :width], texts[j, :width]
        logits[i, j] = scale * (a @ b) / math.sqrt((a @ a) * (b @ b))
    rows, columns = (looped_nce(x, y, 0.1) for x, y in ((logits, positive), (logits.T, positive.T)))
    return (rows + columns) / 2


def test_several_positives_match_a_loop(positive: Tensor) -> None:
    logits = torch.randn(N, M, dtype=torch.float64)
    ours = multi_positive_nce(logits, positive, smoothing=0.05)
    assert ours.item() == pytest.approx(looped_nce(logits.numpy(), positive.numpy(), 0.05))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_one_positive_is_cross_entropy_with_label_smoothing(smoothing: float) -> None:
    logits = torch.randn(N, N)
    ours = multi_positive_nce(logits, torch.eye(N, dtype=torch.bool), smoothing=smoothing)
    theirs = F.cross_entropy(logits, torch.arange(N), label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("widths", [(D,), (D, D // 2, D // 4)])
def test_the_contrastive_loss_is_the_mean_over_widths_of_both_directions(
    positive: Tensor, widths: tuple[int, ...]
) -> None:
    photos, texts = unit(N).double(), unit(M).double()
    ours = contrastive(
        photos, texts, positive, scale=torch.tensor(7.0), widths=widths, smoothing=0.1
    )
    arrays = photos.numpy(), texts.numpy(), positive.numpy()
    expected = np.mean([looped_contrastive(*arrays, 7.0, width) for width in widths])
    assert ours.item() == pytest.approx(float(expected))


def test_matching_pairs_cost_less_than_exchanged_ones() -> None:
    photos, positive = unit(N), torch.eye(N, dtype=torch.bool)
    right, wrong = (
        contrastive(
            photos, texts, positive, scale=torch.tensor(20.0), widths=(D,), smoothing=0.0
        ).item()
        for texts in (photos, photos.flip(0))
    )
    assert right < wrong


def test_a_cut_vector_has_unit_length() -> None:
    torch.testing.assert_close(cut(unit(N), 3).norm(dim=1), torch.ones(N))


def test_soft_labels_are_the_divergence_from_the_teacher() -> None:
    photos, names = unit(N).double(), unit(M).double()
    teacher = torch.softmax(torch.randn(N, M, dtype=torch.float64), 1)
    ours = soft_labels(photos, names, teacher, scale=torch.tensor(5.0))
    expected = 0.0
    for i in range(N):
        log_p = log_softmax(5.0 * (photos[i] @ names.T).numpy())
        for j in range(M):
            share = teacher[i, j].item()
            expected += share * (math.log(share) - log_p[j]) / N
    assert ours.item() == pytest.approx(expected)


def test_a_teacher_who_agrees_costs_nothing() -> None:
    photos, names, scale = unit(N), unit(M), torch.tensor(5.0)
    teacher = torch.softmax(scale * photos @ names.T, 1)
    assert soft_labels(photos, names, teacher, scale=scale).item() == pytest.approx(0, abs=1e-6)


def test_relations_that_agree_cost_nothing_and_others_do() -> None:
    cosines, scale = unit(N) @ unit(M).T, torch.tensor(5.0)
    assert relations(cosines, scale * cosines, scale=scale).item() == pytest.approx(0, abs=1e-6)
    assert relations(cosines, torch.randn(N, M), scale=scale).item() > 0.01


@pytest.fixture
def ignored(positive: Tensor) -> Tensor:
    """A third of the pairs, some of them positive ones, which count all the same."""
    drawn = torch.rand(positive.shape, generator=torch.Generator().manual_seed(3)) < 0.4
    drawn[0, 0] = True  # a positive pair
    return drawn


def left_out(logits: Doubles, positive: Tensor, ignored: Tensor, smoothing: float) -> float:
    """Each row by itself, without the pairs that are ignored."""
    losses = []
    for row, chosen, out in zip(logits, positive.numpy(), ignored.numpy(), strict=True):
        kept = [i for i in range(len(row)) if chosen[i] or not out[i]]
        losses.append(looped_nce(row[None, kept], chosen[None, kept], smoothing))
    return float(np.mean(losses))


def test_ignored_pairs_count_for_nothing_as_in_a_loop(positive: Tensor, ignored: Tensor) -> None:
    logits = torch.randn(N, M, dtype=torch.float64)
    ours = multi_positive_nce(logits, positive, smoothing=0.1, ignored=ignored)
    assert ours.item() == pytest.approx(left_out(logits.numpy(), positive, ignored, 0.1))


def test_both_directions_leave_out_ignored_pairs(positive: Tensor, ignored: Tensor) -> None:
    photos, texts = unit(N).double(), unit(M).double()
    ours = contrastive(
        photos,
        texts,
        positive,
        scale=torch.tensor(7.0),
        widths=(D,),
        smoothing=0.1,
        ignored=ignored,
    )
    logits = 7 * (photos @ texts.T).numpy()
    expected = (
        left_out(logits, positive, ignored, 0.1) + left_out(logits.T, positive.T, ignored.T, 0.1)
    ) / 2
    assert ours.item() == pytest.approx(expected)


def test_an_ignored_pair_is_not_pushed_apart(positive: Tensor, ignored: Tensor) -> None:
    logits = torch.randn(N, M, requires_grad=True)
    multi_positive_nce(logits, positive, smoothing=0.1, ignored=ignored).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert torch.equal(logits.grad == 0, ignored & ~positive)
