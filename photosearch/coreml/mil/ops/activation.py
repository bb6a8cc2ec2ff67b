"""Activations, softmax and normalisation.

Formulas: coremltools' documentation of MIL, iOS 15 to 18.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.mil.ops.registry import Ints, op
from photosearch.errors import PackageError


@op(exact=True)
def relu(x: Tensor) -> Tensor:
    return torch.relu(x)


@op(exact=True)
def relu6(x: Tensor) -> Tensor:
    return F.relu6(x)


@op()
def gelu(x: Tensor, mode: str = "EXACT") -> Tensor:
    if mode == "EXACT":
        return F.gelu(x)
    if mode == "TANH_APPROXIMATION":
        return F.gelu(x, approximate="tanh")
    if mode == "SIGMOID_APPROXIMATION":
        return x * torch.sigmoid(1.702 * x)
    raise PackageError(f"mode: got {mode!r}, expected EXACT or an approximation")


@op()
def sigmoid(x: Tensor) -> Tensor:
    return torch.sigmoid(x)


@op()
def sigmoid_hard(x: Tensor, alpha: float, beta: float) -> Tensor:
    return torch.clamp(alpha * x + beta, 0.0, 1.0)


@op()
def silu(x: Tensor) -> Tensor:
    return F.silu(x)


@op()
def softplus(x: Tensor) -> Tensor:
    return F.softplus(x)


@op()
def softplus_parametric(x: Tensor, alpha: Tensor, beta: Tensor) -> Tensor:
    channels = [-1] + [1] * (x.dim() - 2)
    return alpha.reshape(channels) * F.softplus(beta.reshape(channels) * x)


@op()
def softsign(x: Tensor) -> Tensor:
    return F.softsign(x)


@op()
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    return torch.softmax(x, axis)


@op()
def elu(x: Tensor, alpha: float) -> Tensor:
    return F.elu(x, alpha)


@op()
def leaky_relu(x: Tensor, alpha: float) -> Tensor:
    return F.leaky_relu(x, alpha)


@op()
def prelu(x: Tensor, alpha: Tensor) -> Tensor:
    return F.prelu(x, alpha)


@op()
def linear_activation(x: Tensor, alpha: float, beta: float) -> Tensor:
    return alpha * x + beta


@op()
def scaled_tanh(x: Tensor, alpha: float, beta: float) -> Tensor:
    return alpha * torch.tanh(beta * x)


@op()
def clamped_relu(x: Tensor, alpha: float, beta: float) -> Tensor:
    return torch.clamp(F.leaky_relu(x, alpha), max=beta)


@op(exact=True)
def thresholded_relu(x: Tensor, alpha: float) -> Tensor:
    return torch.where(x >= alpha, x, torch.zeros_like(x))


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
