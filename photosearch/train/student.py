"""The pair of towers while it is trained: cached inputs in, embeddings out.

Shape legend: N photos or texts, C channels, F backbone features, D embedding width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from photosearch.models.inverted_residuals import pool
from photosearch.models.towers import ImageTower, TextTower
from photosearch.train.cached_views import CachedViews
from photosearch.train.samplers import Pairs
from photosearch.train.texts import TextBank

CHUNK_PHOTOS = 64  # whose activations still fit the cache: 1.4 times as fast as 256 here
SHORT_ATTENTION = SDPBackend.MATH  # sentences are too short for the flash kernel's backward

Numbers = Sequence[int] | NDArray[np.int64]


class Student(nn.Module):
    """Both towers over cached photos and sentences; the lower layers stay frozen."""

    def __init__(
        self,
        image: ImageTower,
        text: TextTower,
        *,
        views: CachedViews,
        bank: TextBank,
        frozen_blocks: int,
        frozen_layers: int,
        first_scale: float = 20.0,
    ) -> None:
        super().__init__()
        self.image, self.text = image, text
        self.log_scale = nn.Parameter(torch.tensor(first_scale).log())
        self.views, self.bank = views, bank
        self.frozen_blocks, self.frozen_layers = frozen_blocks, frozen_layers
        image.backbone.stem.requires_grad_(False)
        image.backbone.blocks[:frozen_blocks].requires_grad_(False)
        for part in (text.tokens, text.positions, text.norm, text.layers[:frozen_layers]):
            part.requires_grad_(False)

    @property
    def scale(self) -> Tensor:
        """The learned inverse temperature, at most 50."""
        return self.log_scale.exp().clamp(max=50.0)

    def features(self, numbers: Numbers, views: Numbers) -> Tensor:
        """Pooled features of a view of each photo, through the tuned blocks: [N, F]."""
        rows = [self.views.bottoms[view][n] for n, view in zip(numbers, views, strict=True)]
        bottom = torch.from_numpy(np.stack(rows)).float()
        return torch.cat([self._pooled(part) for part in torch.split(bottom, CHUNK_PHOTOS)])

    def _pooled(self, bottom: Tensor) -> Tensor:
        bottom = bottom.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            top = self.image.backbone.top(bottom, start=self.frozen_blocks)
        return pool(top.float())

    def texts(self, numbers: Numbers) -> Tensor:
        """Unit vectors of sentences of the bank: [N, D]."""
        hidden, mask = self.bank.batch(numbers)
        with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SHORT_ATTENTION):
            pooled = self.text.pooled(hidden, mask, start=self.frozen_layers)
        return self.text.head(pooled.float())  # type: ignore[no-any-return]

    def published_features(self, numbers: Numbers, views: Numbers) -> Tensor:
        """Pooled features of the published backbone, the teacher's input: [N, F]."""
        rows = [self.views.features[view][n] for n, view in zip(numbers, views, strict=True)]
        return torch.from_numpy(np.stack(rows)).float()


@dataclass(frozen=True)
class EmbeddedPairs:
    """What a step drew, and its embeddings, for all losses that look at it."""

    drawn: Pairs
    photos: Tensor  # [N, D]
    texts: Tensor  # [M, D]


def embed_pairs(student: Student, pairs: Pairs) -> EmbeddedPairs:
    """Through the tuned parts of both towers."""
    photos = student.image.head(student.features(pairs.photos, pairs.views))
    return EmbeddedPairs(pairs, photos, student.texts(pairs.texts))
