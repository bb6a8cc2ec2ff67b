"""From one token, or from all, to an embedding that is not normalised yet. Shapes: see `base`."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.layout.base import Layout
from photosearch.coreml.layout.transformer import Attention, FeedForward, Stack


class MlpHead(nn.Module):
    """The built-in model's: LayerNorm, then a linear map and a GELU layer beside it."""

    def __init__(self, layout: Layout, *, inputs: int, hidden: int, dim: int) -> None:
        super().__init__()
        self.norm = layout.norm(inputs, eps=1e-5)
        self.linear, self.up = layout.linear(inputs, dim), layout.linear(inputs, hidden)
        self.down = layout.linear(hidden, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x)
        return self.linear(x) + self.down(F.gelu(self.up(x)))  # type: ignore[no-any-return]


class NormHead(nn.Module):
    """LayerNorm, then a linear map: the end of CLIP's towers and of most texts'."""

    def __init__(
        self, layout: Layout, *, inputs: int, dim: int, eps: float, bias: bool = False
    ) -> None:
        super().__init__()
        self.norm = layout.norm(inputs, eps=eps)
        self.linear = layout.linear(inputs, dim, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.norm(x))  # type: ignore[no-any-return]


class FirstToken(nn.Module):
    """The class token, through a head."""

    def __init__(self, layout: Layout, head: nn.Module) -> None:
        super().__init__()
        self.layout, self.head = layout, head

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layout.token(x, 0))  # type: ignore[no-any-return]


class AttentionPool(nn.Module):
    """SigLIP's: a learned query attends to all tokens (arXiv:2106.04560, section 3.2)."""

    def __init__(self, layout: Layout, stack: Stack) -> None:
        super().__init__()
        self.layout = layout
        self.first = layout.norm(stack.width, eps=stack.eps)
        self.probe = nn.Parameter(torch.zeros(1, 1, stack.width))
        self.attention = Attention(layout, width=stack.width, heads=stack.heads)
        self.norm = layout.norm(stack.width, eps=stack.eps)
        self.mlp = FeedForward(
            layout, width=stack.width, hidden=stack.hidden, activation=stack.activation
        )

    def forward(self, x: Tensor) -> Tensor:
        probe = self.layout.rows(self.probe.expand(x.shape[0], -1, -1))
        x = self.attention(probe, self.first(x), None)
        return x + self.mlp(self.norm(x))  # type: ignore[no-any-return]
