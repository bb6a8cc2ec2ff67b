"""Training that knows of int8: weights are rounded in the forward pass, not in the gradient.

The straight-through estimator (Bengio et al. 2013, arXiv:1308.3432) on symmetric int8 with one
scale for each output row, the format of `photosearch.weights`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from photosearch.models import is_quantizable
from photosearch.weights import quantize_int8

LEVELS = 127
SMALLEST = 6e-8  # the least float16 above zero


class RoundToInt8(nn.Module):
    """Weights as they will be after int8 storage, once `active`: any shape with rows first."""

    def __init__(self) -> None:
        super().__init__()
        self.active = False

    def forward(self, weight: Tensor) -> Tensor:
        if not self.active:
            return weight
        held = weight.detach()
        scale = held.flatten(1).abs().amax(1) / LEVELS
        scale = scale.half().float().clamp(min=SMALLEST).view(-1, *[1] * (weight.ndim - 1))
        rounded = (held / scale).round().clamp(-LEVELS, LEVELS) * scale
        return weight + (rounded - held)


def int8_layers(module: nn.Module) -> list[nn.Linear | nn.Conv2d]:
    """The layers whose weights the bundle stores as int8."""
    return [
        layer
        for layer in module.modules()
        if isinstance(layer, nn.Linear | nn.Conv2d) and is_quantizable(layer.weight.shape)
    ]


def prepare_rounding(module: nn.Module) -> None:
    """Lets every int8 layer of the module round its weights; nothing changes until `round_now`."""
    for layer in int8_layers(module):
        parametrize.register_parametrization(layer, "weight", RoundToInt8())


def round_now(module: nn.Module) -> None:
    """From now on, the forward pass sees rounded weights."""
    for part in module.modules():
        if isinstance(part, RoundToInt8):
            part.active = True


def end_rounding(module: nn.Module) -> None:
    """Back to plain layers that hold the unrounded weights."""
    for layer in list(module.modules()):
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)


@torch.no_grad()
def round_weights(module: nn.Module) -> None:
    """Rounds the int8 layers of a module for good."""
    for layer in int8_layers(module):
        stored = quantize_int8(layer.weight.numpy())
        layer.weight.copy_(torch.from_numpy(stored.dense()))
