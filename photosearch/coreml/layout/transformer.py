"""Transformer layers in either layout.

Vaswani et al. 2017, arXiv:1706.03762; norms before (CLIP, SigLIP, MobileCLIP) or after (BERT).
Shape legend: see `base`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.layout.base import Layout

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
