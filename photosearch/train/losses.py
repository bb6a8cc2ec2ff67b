"""Losses, as functions of embeddings.

Shape legend: N photos, M texts, D embedding width, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def multi_positive_nce(
    logits: Tensor, positive: Tensor, *, smoothing: float, ignored: Tensor | None = None
) -> Tensor:
    """Cross entropy against the uniform distribution over the positives of each row.

    logits float [N, M], positive bool [N, M] with at least one True a row -> scalar. Pairs that
    are `ignored`, bool [N, M], count neither for nor against. InfoNCE (van den Oord et al. 2018,
    arXiv:1807.03748) with several positives as in SupCon's L_out (Khosla et al. 2020,
    arXiv:2004.11362), with label smoothing.
    """
    counted = torch.ones_like(positive) if ignored is None else ~ignored | positive
    share = positive.float() / positive.float().sum(1, keepdim=True)
    even = counted.float() / counted.float().sum(1, keepdim=True)
    target = share * (1 - smoothing) + even * smoothing
    logs = F.log_softmax(logits.masked_fill(~counted, -torch.inf), dim=1)
    return -(target * logs.masked_fill(~counted, 0.0)).sum(1).mean()


def contrastive(
    photos: Tensor,
    texts: Tensor,
    positive: Tensor,
    *,
    scale: Tensor,
    widths: Sequence[int],
    smoothing: float,
    ignored: Tensor | None = None,
) -> Tensor:
    """Both directions of the contrastive loss, averaged over the widths to which we may cut.

    photos [N, D], texts [M, D], positive, ignored bool [N, M], scale a positive scalar -> scalar.
    Matryoshka representation learning (Kusupati et al. 2022, arXiv:2205.13147).
    """
    total = photos.new_zeros(())
    for width in widths:
        logits = scale * cut(photos, width) @ cut(texts, width).T
        for way, right, left_out in (
            (logits, positive, ignored),
            (logits.T, positive.T, None if ignored is None else ignored.T),
        ):
            loss = multi_positive_nce(way, right, smoothing=smoothing, ignored=left_out)
            total = total + loss / 2
    return total / len(widths)


def cut(vectors: Tensor, width: int) -> Tensor:
    """The first `width` numbers, unit norm again: [N, D] -> [N, width]."""
    return F.normalize(vectors[:, :width], dim=-1)


def soft_labels(photos: Tensor, names: Tensor, teacher: Tensor, *, scale: Tensor) -> Tensor:
    """KL divergence from the teacher's distribution over K names to ours.

    photos [N, D], names [K, D], teacher float [N, K] with rows that sum to 1 -> scalar.
    """
    ours = F.log_softmax(scale * photos @ names.T, dim=1)
    return F.kl_div(ours, teacher, reduction="batchmean")


def relations(ours: Tensor, teacher: Tensor, *, scale: Tensor) -> Tensor:
    """KL between the teacher's and our softmax over pairwise similarities.

    ours [N, M] cosines, teacher [N, M] logits -> scalar. As in CLIP-KD's contrastive
    relational distillation (Yang et al. 2023, arXiv:2307.12732), in both directions.
    """
    logits = scale * ours
    rows = F.kl_div(F.log_softmax(logits, 1), torch.softmax(teacher, 1), reduction="batchmean")
    columns = F.kl_div(
        F.log_softmax(logits.T, 1), torch.softmax(teacher.T, 1), reduction="batchmean"
    )
    return (rows + columns) / 2
