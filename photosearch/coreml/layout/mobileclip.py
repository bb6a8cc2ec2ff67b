"""The convolutional parts of MobileCLIP's towers, folded as they run.

Vasu et al. 2024, arXiv:2311.17049; FastViT, arXiv:2303.14189. Every branch that is only there for
training is folded into one convolution, and so are batch norms and layer scales (see
`photosearch.coreml.families.fold`). Shape legend: see `layouts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.transformer import Attention


class SqueezeExcite(nn.Module):
    """Channels weighted by what the whole picture holds (arXiv:1709.01507)."""

    def __init__(self, reduce: nn.Module, expand: nn.Module) -> None:
        super().__init__()
        self.reduce, self.expand = reduce, expand

    def forward(self, x: Tensor) -> Tensor:
        weights = self.expand(F.relu(self.reduce(x.mean((2, 3), keepdim=True))))
        return x * weights.sigmoid()  # type: ignore[no-any-return]


class ConvFeedForward(nn.Module):
    """A depthwise convolution, then two 1x1 convolutions with GELU between: [B, C, H, W]."""

    def __init__(self, spread: nn.Module, up: nn.Module, down: nn.Module) -> None:
        super().__init__()
        self.spread, self.up, self.down = spread, up, down

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(self.spread(x))))  # type: ignore[no-any-return]


class MixerBlock(nn.Module):
    """Mixes places by one depthwise convolution, then channels: [B, C, H, W]."""

    def __init__(self, mix: nn.Module, mlp: ConvFeedForward) -> None:
        super().__init__()
        self.mix, self.mlp = mix, mlp

    def forward(self, x: Tensor) -> Tensor:
        x = self.mix(x)
        return x + self.mlp(x)  # type: ignore[no-any-return]


class AttentionBlock(nn.Module):
    """Mixes places by attention, then channels: [B, C, H, W]."""

    def __init__(self, layout: Layout, attention: Attention, mlp: ConvFeedForward) -> None:
        super().__init__()
        self.layout, self.attention, self.mlp = layout, attention, mlp

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.layout.from_map(x)
        mixed = self.attention(tokens, tokens, None)
        x = x + self.layout.to_map(mixed, x.shape[2], x.shape[3])
        return x + self.mlp(x)  # type: ignore[no-any-return]


class TextMixer(nn.Module):
    """A MixerBlock on tokens, whose bias it needs not: convolutions see a few neighbours only."""

    def __init__(self, layout: Layout, block: MixerBlock) -> None:
        super().__init__()
        self.layout, self.block = layout, block

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:  # noqa: ARG002 like a Block's
        length = x.shape[3] if x.ndim == 4 else x.shape[1]
        return self.layout.from_map(self.block(self.layout.to_map(x, 1, length)))


class ConvFeatures(nn.Module):
    """Layers on maps, the mean over the picture, a linear map: [B, 3, S, S] -> one token."""

    def __init__(self, layout: Layout, layers: Sequence[nn.Module], head: nn.Module) -> None:
        super().__init__()
        self.layout, self.layers, self.head = layout, nn.Sequential(*layers), head

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.layers(x).mean((2, 3), keepdim=True)
        return self.head(self.layout.from_map(pooled))  # type: ignore[no-any-return]
