"""Transformer layers in either layout, and the heads that make an embedding of their tokens.

Vaswani et al. 2017, arXiv:1706.03762; norms before (CLIP, SigLIP, MobileCLIP) or after (BERT).
Shape legend: see `layouts`. A head goes from one token, or from all, to an embedding that is not
normalised yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.layout.layouts import Layout

Activation = Literal["gelu", "quick_gelu", "gelu_tanh"]


def _quick_gelu(x: Tensor) -> Tensor:
    """OpenAI's approximation, which CLIP was trained with."""
    return x * torch.sigmoid(1.702 * x)


def _gelu_tanh(x: Tensor) -> Tensor:
    return F.gelu(x, approximate="tanh")


_ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "gelu": F.gelu,
    "quick_gelu": _quick_gelu,
    "gelu_tanh": _gelu_tanh,
}


@dataclass(frozen=True, slots=True)
class Stack:
    """The shape of a stack of layers."""

    width: int
    heads: int
    hidden: int  # width of the feed-forward layer
    layers: int
    eps: float = 1e-5
    activation: Activation = "gelu"
    norm: Literal["before", "after"] = "before"


class Attention(nn.Module):
    """Queries from one sequence, keys and values from another or the same."""

    def __init__(self, layout: Layout, *, width: int, heads: int) -> None:
        super().__init__()
        self.layout, self.heads = layout, heads
        self.query, self.key, self.value, self.out = (layout.linear(width, width) for _ in range(4))

    def forward(self, x: Tensor, seen: Tensor, bias: Tensor | None) -> Tensor:
        q, k, v = self.query(x), self.key(seen), self.value(seen)
        return self.out(self.layout.attend(q, k, v, bias, self.heads))  # type: ignore[no-any-return]


class FeedForward(nn.Module):
    def __init__(self, layout: Layout, *, width: int, hidden: int, activation: Activation) -> None:
        super().__init__()
        self.up, self.down = layout.linear(width, hidden), layout.linear(hidden, width)
        self.activation = _ACTIVATIONS[activation]

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.activation(self.up(x)))  # type: ignore[no-any-return]


class Block(nn.Module):
    """Self-attention and a feed-forward layer, each beside a shortcut."""

    def __init__(self, layout: Layout, stack: Stack) -> None:
        super().__init__()
        width, eps = stack.width, stack.eps
        self.attention = Attention(layout, width=width, heads=stack.heads)
        self.norm1, self.norm2 = layout.norm(width, eps=eps), layout.norm(width, eps=eps)
        self.mlp = FeedForward(
            layout, width=width, hidden=stack.hidden, activation=stack.activation
        )
        self.after = stack.norm == "after"

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        if self.after:
            x = self.norm1(x + self.attention(x, x, bias))
            return self.norm2(x + self.mlp(x))  # type: ignore[no-any-return]
        y = self.norm1(x)
        x = x + self.attention(y, y, bias)
        return x + self.mlp(self.norm2(x))  # type: ignore[no-any-return]


def blocks(layout: Layout, stack: Stack) -> list[nn.Module]:
    return [Block(layout, stack) for _ in range(stack.layers)]


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
