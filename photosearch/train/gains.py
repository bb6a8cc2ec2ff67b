"""Convolutions as filters times gains, as they were trained: batch norm's scale stays a factor.

A step of the optimizer then changes each filter in its own measure, where folded weights of one
layer differ by orders of magnitude. Shape legend: O output channels, I input channels, K kernel.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

_LEAST = 1e-6  # a smaller gain is of a channel that training gave up


class Gained(nn.Module):
    """[O, I, K, K] filters -> weights: filter x gain x (1 + change), a gain for each output."""

    def __init__(self, gain: Tensor) -> None:
        super().__init__()
        self.register_buffer("gain", gain.detach().clone().view(-1, 1, 1, 1))
        self.change = nn.Parameter(torch.zeros(len(gain), 1, 1, 1))
        self.gain: Tensor

    def forward(self, filters: Tensor) -> Tensor:
        return filters * self.gain * (1 + self.change)

    def right_inverse(self, weight: Tensor) -> Tensor:
        return weight / self.gain


def split_gains(backbone: nn.Module, gains: Mapping[str, Tensor]) -> None:
    """Lets the convolutions of a backbone keep the gains of their names; the weights stay equal."""
    for name, module in backbone.named_modules():
        if isinstance(module, nn.Conv2d) and name in gains:
            gain = gains[name].to(module.weight)
            safe = torch.where(gain.abs() < _LEAST, torch.ones_like(gain), gain)
            parametrize.register_parametrization(module, "weight", Gained(safe))
