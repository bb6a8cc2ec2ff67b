"""The layout that torch models are usually written in: tokens are [B, S, C].

On iOS 18 its attention becomes one operation of Core ML.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.layout.base import causal_bias


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
