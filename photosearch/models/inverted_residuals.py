"""The image backbones in torch: inverted residuals (Sandler et al. 2018, arXiv:1801.04381).

Batch normalisation is already folded into the convolutions, so every layer is a
convolution, a bias and a ReLU6: operations that the Neural Engine runs natively.

Shape legend: N photos, S side of the square input in pixels, C channels, W features.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.models.backbones import Backbone, BlockShape, same_padding


class Conv(nn.Module):
    """A convolution with TensorFlow's SAME padding, optionally followed by ReLU6."""

    def __init__(
        self, *, inputs: int, outputs: int, kernel: int, stride: int, groups: int, clip: bool
    ) -> None:
        super().__init__()
        before, after = same_padding(kernel, stride)
        even = before == after
        self.uneven = None if even else (before, after, before, after)
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, before if even else 0, groups=groups)
        self.clip = clip

    def forward(self, x: Tensor) -> Tensor:
        if self.uneven:
            x = F.pad(x, self.uneven)
        x = self.conv(x)
        return F.relu6(x) if self.clip else x


class Block(nn.Module):
    """An inverted residual: expand, depthwise, project."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        hidden, kernel, stride = shape.hidden, shape.kernel, shape.stride
        self.expand = (
            Conv(inputs=shape.inputs, outputs=hidden, kernel=1, stride=1, groups=1, clip=True)
            if shape.expands
            else None
        )
        self.dw = Conv(
            inputs=hidden, outputs=hidden, kernel=kernel, stride=stride, groups=hidden, clip=True
        )
        self.project = Conv(
            inputs=hidden, outputs=shape.outputs, kernel=1, stride=1, groups=1, clip=False
        )
        self.residual = shape.residual

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.dw(y))
        return x + y if self.residual else y  # type: ignore[no-any-return]


class InvertedResiduals(nn.Module):
    """Pixels, about -1 to 1, to a feature map: [N, 3, S, S] -> [N, W, S/32, S/32].

    S must be a multiple of 32, which keeps every stride-2 layer on an even side.
    """

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.stem = Conv(inputs=3, outputs=backbone.stem, kernel=3, stride=2, groups=1, clip=True)
        self.blocks = nn.ModuleList(Block(shape) for shape in backbone.blocks())
        self.head = Conv(
            inputs=backbone.top, outputs=backbone.features, kernel=1, stride=1, groups=1, clip=True
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)  # type: ignore[no-any-return]


def pool(features: Tensor) -> Tensor:
    """Mean over the picture: [N, C, H, W] -> [N, C]."""
    return features.mean(dim=(2, 3))
