"""Normalisation."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Ints, op


@op()
def batch_norm(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    epsilon: float = 1e-5,
) -> Tensor:
    """[N, C, ...]."""
    return F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=epsilon)


@op()
def instance_norm(
    x: Tensor, gamma: Tensor | None = None, beta: Tensor | None = None, epsilon: float = 1e-5
) -> Tensor:
    """[N, C, ...]."""
    return F.instance_norm(x, weight=gamma, bias=beta, eps=epsilon)


@op()
def layer_norm(
    x: Tensor,
    axes: Ints | None = None,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    epsilon: float = 1e-5,
) -> Tensor:
    """Over any axes; gamma and beta have the shape of those axes."""
    rank = x.dim()
    places = list(range(rank)) if axes is None else sorted(axis % rank for axis in axes)
    sizes = [x.shape[axis] for axis in places]
    if places == list(range(rank - len(places), rank)):
        return F.layer_norm(x, sizes, gamma, beta, epsilon)
    shape = [size if axis in places else 1 for axis, size in enumerate(x.shape)]
    variance, mean = torch.var_mean(x, places, correction=0, keepdim=True)
    y = (x - mean) * torch.rsqrt(variance + epsilon)
    if gamma is not None:
        y = y * gamma.reshape(shape)
    return y if beta is None else y + beta.reshape(shape)


@op()
def l2_norm(x: Tensor, epsilon: float = 1e-6) -> Tensor:
    """Over the last three axes: x / sqrt(sum(x^2) + epsilon)."""
    return x * torch.rsqrt(x.square().sum((-3, -2, -1), keepdim=True) + epsilon)


@op()
def local_response_norm(
    x: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    return F.local_response_norm(x, size, alpha, beta, k)
