"""The two layouts that a tower can be converted in: `Plain`, and `Ane` for the Neural Engine.

`Layout` declares the operations that a tower is written in, so that one description gives both.

Plain, as torch models are usually written: tokens are [B, S, C]. On iOS 18 its attention becomes
one operation of Core ML.

Ane: tokens are [B, C, 1, S], after "Deploying Transformers on the Apple Neural Engine" (Apple,
2022): linear maps are 1x1 convolutions, LayerNorm runs over channels, and attention goes head by
head with the keys first, so that no tensor is reshaped and only keys are transposed.

Shape legend: B photos or texts, S tokens, C channels, H and W sides of a feature map; Q queries,
K keys, c channels of one head. "Tokens" are in the form of the layout.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.record import LayoutName

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


class Plain:
    name = "plain"
    channel_axis = 2

    def linear(self, inputs: int, outputs: int, *, bias: bool = True) -> nn.Module:
        return nn.Linear(inputs, outputs, bias=bias)

    def norm(self, width: int, *, eps: float) -> nn.Module:
        return nn.LayerNorm(width, eps=eps)

    def rows(self, x: Tensor) -> Tensor:
        return x

    def from_map(self, x: Tensor) -> Tensor:
        return x.flatten(2).transpose(1, 2)

    def to_map(self, x: Tensor, height: int, width: int) -> Tensor:
        return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], height, width)

    def join(self, first: Tensor, rest: Tensor) -> Tensor:
        return torch.cat((first, rest), dim=1)

    def token(self, x: Tensor, index: int) -> Tensor:
        return x[:, index : index + 1]

    def weighted(self, x: Tensor, weights: Tensor) -> Tensor:
        return weights[:, 0] @ x  # [B, 1, S] @ [B, S, C]

    def vector(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def causal(self, length: int) -> Tensor:
        return causal_bias(length)[None, None]  # [1, 1, queries, keys]

    def over_keys(self, bias: Tensor) -> Tensor:
        return bias  # [B, 1, 1, keys]

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None, heads: int) -> Tensor:
        """No scale is given: only then does coremltools emit iOS 18's fused operation."""
        q, k, v = (x.reshape(*x.shape[:2], heads, -1).transpose(1, 2) for x in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)  # [B, heads, S, ·]
        return y.transpose(1, 2).flatten(2)


_DIVISOR = 1e-6  # a norm's weights below that are not divided by


class ChannelNorm(nn.Module):
    """LayerNorm over axis 1, written out: [B, C, 1, S] -> the same.

    The bias comes first, as in Apple's: only so does coremltools make one operation of it (pattern
    5 of its pass fuse_layernorm_or_instancenorm), else a batch_norm stands behind each.
    """

    def __init__(self, width: int, *, eps: float) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.mean(1, keepdim=True)
        x = x * ((x * x).mean(1, keepdim=True) + self.eps).rsqrt()
        weight, bias = self.weight.view(1, -1, 1, 1), self.bias.view(1, -1, 1, 1)
        if bool((weight.abs() > _DIVISOR).all()):
            return (x + bias / weight) * weight
        return x * weight + bias


class Ane:
    name = "ane"
    channel_axis = 1

    def linear(self, inputs: int, outputs: int, *, bias: bool = True) -> nn.Module:
        return nn.Conv2d(inputs, outputs, 1, bias=bias)

    def norm(self, width: int, *, eps: float) -> nn.Module:
        return ChannelNorm(width, eps=eps)

    def rows(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2).unsqueeze(2)

    def from_map(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], x.shape[1], 1, -1)

    def to_map(self, x: Tensor, height: int, width: int) -> Tensor:
        return x.reshape(x.shape[0], x.shape[1], height, width)

    def join(self, first: Tensor, rest: Tensor) -> Tensor:
        return torch.cat((first, rest), dim=3)

    def token(self, x: Tensor, index: int) -> Tensor:
        return x[:, :, :, index : index + 1]

    def weighted(self, x: Tensor, weights: Tensor) -> Tensor:
        return (x * weights).sum(3, keepdim=True)

    def vector(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def causal(self, length: int) -> Tensor:
        return causal_bias(length).T[None, :, None]  # [1, K, 1, Q]

    def over_keys(self, bias: Tensor) -> Tensor:
        return bias.transpose(1, 3)  # [B, K, 1, 1]

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None, heads: int) -> Tensor:
        size = q.shape[1] // heads
        queries = torch.split(q * size**-0.5, size, dim=1)  # heads of [B, c, 1, Q]
        keys = torch.split(k.transpose(1, 3), size, dim=3)  # heads of [B, K, 1, c]
        values = torch.split(v, size, dim=1)  # heads of [B, c, 1, K]
        mixed = []
        for query, key, value in zip(queries, keys, values, strict=True):
            scores = torch.einsum("bchq,bkhc->bkhq", query, key)
            scores = scores if bias is None else scores + bias
            mixed.append(torch.einsum("bkhq,bchk->bchq", scores.softmax(1), value))
        return torch.cat(mixed, dim=1)


LAYOUTS: dict[LayoutName, Layout] = {"ane": Ane(), "plain": Plain()}
