"""Declares the operations that a tower is written in, so that one description gives both layouts.

Shape legend: B photos or texts, S tokens, C channels, H and W sides of a feature map. "Tokens"
are [B, S, C] in the plain layout and [B, C, 1, S] in the Neural Engine's.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

MASKED = -1e4  # added to masked attention scores; finite in fp16
_LEAST = 1e-6  # keeps an all-zero vector from a division by zero


class Layout(Protocol):
    """The operations whose form depends on the layout. Weights have the same names in both."""

    name: str
    channel_axis: int

    def linear(self, inputs: int, outputs: int, *, bias: bool = True) -> nn.Module:
        """A linear map of channels."""
        ...

    def norm(self, width: int, *, eps: float) -> nn.Module:
        """LayerNorm over channels."""
        ...

    def rows(self, x: Tensor) -> Tensor:
        """[B, S, C] -> tokens."""
        ...

    def from_map(self, x: Tensor) -> Tensor:
        """[B, C, H, W] -> tokens, row by row."""
        ...

    def to_map(self, x: Tensor, height: int, width: int) -> Tensor:
        """Tokens -> [B, C, H, W]."""
        ...

    def join(self, first: Tensor, rest: Tensor) -> Tensor:
        """Tokens, then more tokens."""
        ...

    def token(self, x: Tensor, index: int) -> Tensor:
        """One token of all."""
        ...

    def weighted(self, x: Tensor, weights: Tensor) -> Tensor:
        """The sum of tokens by weight, as one token; weights [B, 1, 1, S]."""
        ...

    def vector(self, x: Tensor) -> Tensor:
        """One token -> [B, C]."""
        ...

    def causal(self, length: int) -> Tensor:
        """What `attend` adds so that no token sees a later one."""
        ...

    def over_keys(self, bias: Tensor) -> Tensor:
        """What `attend` adds for each token attended to, from [B, 1, 1, S]."""
        ...

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None, heads: int) -> Tensor:
        """Multi-head attention; all are tokens."""
        ...


def causal_bias(length: int) -> Tensor:
    """0 where a key is not later than the query, MASKED elsewhere: [queries, keys]."""
    return torch.full((length, length), MASKED).triu(1)


def unit(layout: Layout, x: Tensor) -> Tensor:
    """One token -> [B, C] of unit norm.

    Divided by the largest value first: squares of values beyond 255 would overflow in fp16, and
    those of small values vanish.
    """
    axis = layout.channel_axis
    x = x / (x.abs().amax(axis, keepdim=True) + _LEAST)
    return layout.vector(x * (x * x).sum(axis, keepdim=True).rsqrt())
