"""Image towers: RGB pixels 0..255 to a unit vector, normalisation included.

Shape legend: see `base`; S side in pixels, D embedding width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.coreml.layout.base import Layout, unit
from photosearch.coreml.layout.heads import MlpHead
from photosearch.models.architecture import FEATURE_CHANNELS
from photosearch.models.mobilenet import MobileNetV2

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


class MobileNetFeatures(nn.Module):
    """The built-in image tower without its normalisation."""

    def __init__(self, layout: Layout, *, hidden: int, dim: int) -> None:
        super().__init__()
        self.layout, self.backbone = layout, MobileNetV2()
        self.head = MlpHead(layout, inputs=FEATURE_CHANNELS, hidden=hidden, dim=dim)

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
