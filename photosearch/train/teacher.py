"""A second generation learns from the first: what an earlier student says of photos and words.

A student of the same size, taught by its predecessor beside the data, ends up better than it
(born-again networks, Furlanello et al. 2018, arXiv:1805.04770). The teacher sees each photo whole
and mirrored, at the side that ships. Legend: N photos, M sentences, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.models.image_tower import PIXEL_MEAN, PIXEL_SCALE
from photosearch.models.mobilenet import pool
from photosearch.train.cached_views import ViewsConfig, view_batches
from photosearch.train.loss import cut, relations
from photosearch.train.samplers import Drawn
from photosearch.train.student import Student

SHARPNESS = 25.0  # the teacher's inverse temperature
BATCH_TEXTS = 256


@dataclass(frozen=True)
class Teacher:
    """Embeddings of all photos and all sentences of the bank, unit norm."""

    photos: Tensor  # [N, D]
    texts: Tensor  # [M, D]

    def loss(self, student: Student, drawn: Drawn, widths: Sequence[int]) -> Tensor:
        """How far our similarities of drawn photos and sentences are from the teacher's."""
        logits = SHARPNESS * self.photos[drawn.photos] @ self.texts[drawn.texts].T
        parts = [
            relations(
                cut(drawn.vectors, width) @ cut(drawn.sentences, width).T,
                logits,
                scale=student.scale,
            )
            for width in widths
        ]
        return torch.stack(parts).mean()


@torch.inference_mode()
def become_teacher(
    student: Student, paths: Sequence[Path], *, side: int, tick: Callable[[int], object]
) -> Teacher:
    """Embeds every photo (twice: `tick` hears of 2 N) and every sentence of the bank."""
    student.eval()
    config = ViewsConfig(side=side)
    views = [_photos(student, paths, config, view, tick) for view in (0, 1)]
    photos = F.normalize(views[0] + views[1], dim=1)
    numbers = np.arange(len(student.bank.ids))
    starts = range(0, len(numbers), BATCH_TEXTS)
    texts = [student.texts(numbers[start : start + BATCH_TEXTS]) for start in starts]
    student.train()
    return Teacher(photos.clone(), torch.cat(texts).clone())


def _photos(
    student: Student,
    paths: Sequence[Path],
    config: ViewsConfig,
    view: int,
    tick: Callable[[int], object],
) -> Tensor:
    parts = []
    for pixels in view_batches(paths, config, view):
        x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - PIXEL_MEAN) / PIXEL_SCALE
        with torch.autocast("cpu", torch.bfloat16):
            features = student.image.backbone(x.contiguous(memory_format=torch.channels_last))
        parts.append(student.image.head(pool(features.float())))
        tick(len(pixels))
    return torch.cat(parts)
