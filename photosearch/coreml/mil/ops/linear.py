"""Matrix products and attention."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Tensors, op


@op("linear")
def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """[..., I], [O, I], [O] -> [..., O]."""
    return F.linear(x, weight, bias)


@op()
def matmul(x: Tensor, y: Tensor, transpose_x: bool = False, transpose_y: bool = False) -> Tensor:
    """[..., I, K], [..., K, J] -> [..., I, J]; a vector stands for one row or one column."""
    if transpose_x and x.dim() > 1:
        x = x.transpose(-1, -2)
    if transpose_y and y.dim() > 1:
        y = y.transpose(-1, -2)
    return torch.matmul(x, y)


@op()
def einsum(values: Tensors, equation: str) -> Tensor:
    return torch.einsum(equation, *values)


@op()
def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
) -> Tensor:
    """[..., Q, E], [..., K, E], [..., K, V] -> [..., Q, V], scaled by 1/sqrt(E).

    A mask of bools keeps where it is true; one of numbers is added to the scores.
    """
    return F.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask)
