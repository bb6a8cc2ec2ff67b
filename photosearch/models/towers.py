"""The two towers of the built-in model in torch, for training.

Shape legend: N photos or texts, S side in pixels, T tokens, W hidden width, D embedding width.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.models.backbones import MOBILENET_V2, Backbone
from photosearch.models.image_tower import NORM_EPSILON
from photosearch.models.inverted_residuals import InvertedResiduals, pool

MASKED = -1e4  # added to masked attention scores; finite in fp16


@dataclass(frozen=True)
class TowersConfig:
    """The shape of the pair; everything else follows from the weights."""

    dim: int = 512  # width of an embedding
    head_hidden: int = 512  # width of the heads' GELU layer
    vocabulary: int = 20_000  # word pieces
    context: int = 64  # tokens, start and end included
    width: int = 384  # of the text tower
    layers: int = 6  # of the text tower
    heads: int = 12  # of its attention


class Head(nn.Module):
    """LayerNorm, then a linear map plus a GELU layer beside it: [N, W] -> [N, D].

    The GELU layer starts at zero, so that training begins from the linear map.
    """

    def __init__(self, *, inputs: int, hidden: int, dim: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(inputs, eps=NORM_EPSILON)
        self.linear = nn.Linear(inputs, dim)
        self.up = nn.Linear(inputs, hidden)
        self.down = nn.Linear(hidden, dim, bias=False)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout(self.norm(x))
        y = self.linear(x) + self.down(self.dropout(F.gelu(self.up(x))))
        return F.normalize(y, dim=-1)


class ImageTower(nn.Module):
    """RGB pixels 0..255 to unit vectors: [N, 3, S, S] -> [N, D]."""

    def __init__(
        self,
        *,
        dim: int,
        hidden: int,
        dropout: float = 0.0,
        backbone: Backbone = MOBILENET_V2,
    ) -> None:
        super().__init__()
        self.mean, self.scale = backbone.mean, backbone.scale
        self.backbone = InvertedResiduals(backbone)
        self.head = Head(inputs=backbone.features, hidden=hidden, dim=dim, dropout=dropout)

    def forward(self, pixels: Tensor) -> Tensor:
        features = self.backbone((pixels - self.mean) / self.scale)
        return self.head(pool(features))  # type: ignore[no-any-return]


class Attention(nn.Module):
    """Multi-head self-attention: [N, T, W] -> [N, T, W]."""

    def __init__(self, *, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        q, k, v = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.out(y.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _split(self, x: Tensor) -> Tensor:
        n, t, width = x.shape
        return x.view(n, t, self.heads, width // self.heads).transpose(1, 2)  # [N, heads, T, ·]


class Layer(nn.Module):
    """A post-norm transformer layer as in BERT (Devlin et al. 2018, arXiv:1810.04805)."""

    def __init__(self, *, width: int, heads: int) -> None:
        super().__init__()
        self.attention = Attention(width=width, heads=heads)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        x = self.norm1(x + self.attention(x, bias))
        return self.norm2(x + self.down(F.gelu(self.up(x))))  # type: ignore[no-any-return]


class TextTower(nn.Module):
    """Token ids, 0 is padding, to unit vectors: int [N, T] -> [N, D]."""

    def __init__(self, config: TowersConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        width = config.width
        self.tokens = nn.Embedding(config.vocabulary, width)
        self.positions = nn.Embedding(config.context, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        layers = (Layer(width=width, heads=config.heads) for _ in range(config.layers))
        self.layers = nn.ModuleList(layers)
        self.head = Head(inputs=width, hidden=config.head_hidden, dim=config.dim, dropout=dropout)

    def forward(self, ids: Tensor) -> Tensor:
        return self.head(self.pooled(self.embed(ids), ids != 0, start=0))  # type: ignore[no-any-return]

    def embed(self, ids: Tensor) -> Tensor:
        """[N, T] -> [N, T, W]."""
        positions = self.positions.weight[: ids.shape[1]]
        return self.norm(self.tokens(ids) + positions)  # type: ignore[no-any-return]

    def pooled(self, hidden: Tensor, mask: Tensor, *, start: int) -> Tensor:
        """The layers from `start` on, then the mean over real tokens: [N, T, W] -> [N, W]."""
        bias = attention_bias(mask)
        for layer in self.layers[start:]:
            hidden = layer(hidden, bias)
        return mean_over(hidden, mask)


def attention_bias(mask: Tensor) -> Tensor:
    """What is added to attention scores: bool [N, T] -> float [N, 1, 1, T]."""
    return torch.where(mask, 0.0, MASKED)[:, None, None, :]


def mean_over(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens that are not padding: [N, T, W], [N, T] -> [N, W]."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)
