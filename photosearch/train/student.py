"""The pair of towers while it is trained: pixels and token ids in, embeddings out.

Photos and texts go through in small parts, which fit the processor's cache; each may be computed
again in the backward pass, so that memory holds one part (`recompute`). Shape legend: N photos or
texts, S side in pixels, T tokens, F backbone features, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.checkpoint import checkpoint

from photosearch.models.inverted_residuals import pool
from photosearch.models.towers import ImageTower, TextTower
from photosearch.train.config import Machine
from photosearch.train.convolutions import hasten

PART_PHOTOS = 32  # 1.2 times as fast as 64 and 128 on a CPU, with bfloat16 at 192 pixels
PART_TEXTS = 128
SHORT_ATTENTION = SDPBackend.MATH  # sentences are too short for the flash kernel's backward

HERE = Machine()

Ids = Sequence[int]


class Student(nn.Module):
    """Both towers. Word embeddings, positions and the first norm stay as published."""

    def __init__(
        self,
        image: ImageTower,
        text: TextTower,
        *,
        machine: Machine = HERE,
        drop_path: float = 0.0,
        first_scale: float = 20.0,
    ) -> None:
        super().__init__()
        self.image, self.text = image, text
        self.log_scale = nn.Parameter(torch.tensor(first_scale).log())
        self.machine, self.drop_path, self.recompute = machine, drop_path, False
        hasten(image.backbone)
        for part in (text.tokens, text.positions, text.norm):
            part.requires_grad_(False)

    @property
    def device(self) -> torch.device:
        return self.log_scale.device

    @property
    def scale(self) -> Tensor:
        """The learned inverse temperature, at most 50."""
        return self.log_scale.exp().clamp(max=50.0)

    def features(self, pixels: Tensor) -> Tensor:
        """Pooled features of pictures: float 0..255 [N, 3, S, S] -> [N, F]."""
        parts = torch.split(pixels, PART_PHOTOS)
        return torch.cat([self._part(self._pooled, part) for part in parts])

    def texts(self, ids: Sequence[Ids]) -> Tensor:
        """Unit vectors of token ids: N of T -> [N, D]. Equal ones are computed once."""
        unique = sorted(set(map(tuple, ids)), key=len)  # equal lengths together: little padding
        parts = [unique[i : i + PART_TEXTS] for i in range(0, len(unique), PART_TEXTS)]
        pooled = [self._part(self._read, padded(part).to(self.device)) for part in parts]
        place = {each: row for row, each in enumerate(unique)}
        rows = [place[tuple(each)] for each in ids]
        return self.text.head(torch.cat(pooled))[rows]  # type: ignore[no-any-return]

    def _part(self, function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        if self.recompute and torch.is_grad_enabled():
            return checkpoint(function, x, use_reentrant=False)  # type: ignore[no-any-return]
        return function(x)

    def _pooled(self, pixels: Tensor) -> Tensor:
        backbone = self.image.backbone
        x = (pixels - self.image.mean) / self.image.scale
        x = x.contiguous(memory_format=torch.channels_last)
        with self.machine.autocast():
            x = backbone.stem(x)
            for number, block in enumerate(backbone.blocks):
                x = self._passed(x, block(x), bool(block.residual), number / len(backbone.blocks))
            x = backbone.head(x)
        return pool(x.float())

    def _passed(self, before: Tensor, after: Tensor, residual: bool, depth: float) -> Tensor:
        """Stochastic depth (Huang et al. 2016, arXiv:1603.09382): some photos pass a block by."""
        odds = self.drop_path * depth
        if not (self.training and residual and odds):
            return after
        kept = torch.rand(len(before), 1, 1, 1, device=before.device) >= odds
        return before + (after - before) * (kept / (1 - odds)).to(after.dtype)

    def _read(self, ids: Tensor) -> Tensor:
        with self.machine.autocast(), sdpa_kernel(SHORT_ATTENTION):
            pooled = self.text.pooled(self.text.embed(ids), ids != 0, start=0)
        return pooled.float()


def padded(ids: Sequence[Ids]) -> Tensor:
    """Token ids, padded with 0: int64 [N, T]."""
    out = torch.zeros((len(ids), max(map(len, ids))), dtype=torch.long)
    for row, each in zip(out, ids, strict=True):
        row[: len(each)] = torch.tensor(each)
    return out
