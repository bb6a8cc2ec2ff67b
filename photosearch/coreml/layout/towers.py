"""The towers as they are converted: pixels or token ids to a unit vector.

Shape legend: see `layouts`; S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.contract import Pooling
from photosearch.coreml.layout.layouts import MASKED, Layout, unit
from photosearch.coreml.layout.transformer import MlpHead
from photosearch.models.backbones import Backbone
from photosearch.models.inverted_residuals import InvertedResiduals

Rgb = tuple[float, float, float]


class ImageTower(nn.Module):
    """[B, 3, S, S], values 0..255 -> [B, D].

    `mean` and `std` are in units of pixels. Whole numbers up to 255 are exact in fp16, so that
    nothing is lost before the mean is taken off.
    """

    def __init__(self, layout: Layout, *, mean: Rgb, std: Rgb, features: nn.Module) -> None:
        super().__init__()
        self.layout, self.features = layout, features
        self.mean = nn.Buffer(_per_channel(mean), persistent=False)
        self.scale = nn.Buffer(1 / _per_channel(std), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        return unit(self.layout, self.features((pixels - self.mean) * self.scale))


def _per_channel(values: Rgb) -> Tensor:
    with torch.device("cpu"):  # these are no weights: real also where weights are not
        return torch.tensor(values).view(1, 3, 1, 1)


class BuiltinFeatures(nn.Module):
    """The built-in image tower without its normalisation."""

    def __init__(self, layout: Layout, *, backbone: Backbone, hidden: int, dim: int) -> None:
        super().__init__()
        self.layout, self.backbone = layout, InvertedResiduals(backbone)
        self.head = MlpHead(layout, inputs=backbone.features, hidden=hidden, dim=dim)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.backbone(x).mean((2, 3), keepdim=True)
        return self.head(self.layout.from_map(pooled))  # type: ignore[no-any-return]


class VitFeatures(nn.Module):
    """A vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929) without normalisation.

    `patch` makes a feature map of the picture; `pool` makes one token of all.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        patch: nn.Module,
        width: int,
        tokens: int,
        class_token: bool,
        before: nn.Module,
        blocks: list[nn.Module],
        pool: nn.Module,
    ) -> None:
        super().__init__()
        self.layout, self.patch, self.before, self.pool = layout, patch, before, pool
        self.positions = nn.Parameter(torch.zeros(tokens, width))
        self.first = nn.Parameter(torch.zeros(width)) if class_token else None
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layout.from_map(self.patch(x))
        if self.first is not None:
            first = self.first.expand(x.shape[0], 1, -1)
            x = self.layout.join(self.layout.rows(first), x)
        x = self.before(x + self.layout.rows(self.positions.unsqueeze(0)))
        for block in self.blocks:
            x = block(x, None)
        return self.pool(x)  # type: ignore[no-any-return]


class TextTower(nn.Module):
    """int [1, T], and float [1, 1, 1, T] unless the last token is read, -> [1, D].

    `eot` reads the end-of-text token, `mean` averages over the tokens that are not padding and
    attends to no others, `last` reads the last token, padding or not.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        vocabulary: int,
        context: int,
        width: int,
        before: nn.Module,
        blocks: list[nn.Module],
        head: nn.Module,
        pooling: Pooling,
        causal: bool,
    ) -> None:
        super().__init__()
        self.layout, self.pooling, self.context = layout, pooling, context
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(context, width))
        self.before, self.blocks, self.head = before, nn.ModuleList(blocks), head
        with torch.device("cpu"):  # no weight: real also where weights are not
            bias = layout.causal(context) if causal else None
        self.causal = nn.Buffer(bias, persistent=False) if bias is not None else None

    def forward(self, ids: Tensor, weights: Tensor | None = None) -> Tensor:
        x = self.layout.rows(self.tokens(ids) + self.positions)
        x, bias = self.before(x), self._bias(weights)
        for block in self.blocks:
            x = block(x, bias)
        return unit(self.layout, self.head(self._pool(x, weights)))

    def _bias(self, weights: Tensor | None) -> Tensor | None:
        if self.pooling == "mean" and weights is not None:
            return self.layout.over_keys((1 - weights) * MASKED)
        return self.causal

    def _pool(self, x: Tensor, weights: Tensor | None) -> Tensor:
        if weights is None:
            return self.layout.token(x, self.context - 1)
        if self.pooling == "mean":
            weights = weights / weights.sum(3, keepdim=True)
        return self.layout.weighted(x, weights)
