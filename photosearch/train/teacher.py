"""Teachers: CLIP, and the student of the generation before.

A student of the same size, taught by its predecessor beside the data, ends up better than it
(born-again networks, Furlanello et al. 2018, arXiv:1805.04770). The teacher sees each photo whole
and mirrored, at the side that ships.

Legend: N photos, M sentences, K categories, D embedding width, E width of CLIP's embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.models.backbones import MOBILENET_V2
from photosearch.models.inverted_residuals import pool
from photosearch.train.cached_views import view_batches
from photosearch.train.config import ViewsConfig
from photosearch.train.losses import cut, relations, soft_labels
from photosearch.train.samplers import CategorySampler
from photosearch.train.student import EmbeddedPairs, Student

SHARPNESS = 25.0  # the teacher's inverse temperature
BATCH_TEXTS = 256


@dataclass(frozen=True)
class KnownPhotos:
    """The photos of a step of which CLIP's embedding is known."""

    ours: Tensor  # [N, D]
    clip: Tensor  # [N, E]


class ClipTeacher(nn.Module):
    """CLIP's opinion of those photos for which its embedding is known.

    `photos` maps a photo's number to its row of `images` [P, E]; `categories` [C, E] are CLIP's
    embeddings of the names of categories; all have unit norm.
    """

    def __init__(
        self,
        photos: dict[int, int],
        images: Tensor,
        categories: Tensor,
        *,
        dim: int,
        teacher_scale: float = 100.0,
    ) -> None:
        super().__init__()
        self.photos, self.images, self.categories = photos, images, categories
        self.teacher_scale = teacher_scale
        self.project = nn.Linear(dim, images.shape[1])

    def distance(self, pairs: EmbeddedPairs) -> tuple[Tensor, KnownPhotos]:
        """Mean cosine distance of our projected embeddings to CLIP's, and of which photos."""
        numbers = pairs.drawn.photos.tolist()
        known = [row for row, photo in enumerate(numbers) if photo in self.photos]
        target = self.images[[self.photos[numbers[row]] for row in known]]
        ours = pairs.photos[known]
        distance = 1 - F.cosine_similarity(self.project(ours), target).mean()
        return distance, KnownPhotos(ours, target)

    def categorise(
        self,
        student: Student,
        known: KnownPhotos,
        chosen: NDArray[np.int64],
        names: CategorySampler,
    ) -> Tensor:
        """KL divergence from CLIP's distribution over the chosen [K] categories to ours."""
        texts = student.texts([names.sentences[row] for row in chosen])
        logits = self.teacher_scale * known.clip @ self.categories[chosen].T
        return soft_labels(known.ours, texts, torch.softmax(logits, 1), scale=student.scale)


@dataclass(frozen=True)
class Teacher:
    """Embeddings of all photos and all sentences of the bank, unit norm."""

    photos: Tensor  # [N, D]
    texts: Tensor  # [M, D]

    def loss(self, student: Student, pairs: EmbeddedPairs, widths: Sequence[int]) -> Tensor:
        """How far our similarities of drawn photos and sentences are from the teacher's."""
        logits = SHARPNESS * self.photos[pairs.drawn.photos] @ self.texts[pairs.drawn.texts].T
        parts = [
            relations(
                cut(pairs.photos, width) @ cut(pairs.texts, width).T,
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
        x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
        x = (x - MOBILENET_V2.mean) / MOBILENET_V2.scale
        with torch.autocast("cpu", torch.bfloat16):
            features = student.image.backbone(x.contiguous(memory_format=torch.channels_last))
        parts.append(student.image.head(pool(features.float())))
        tick(len(pixels))
    return torch.cat(parts)
