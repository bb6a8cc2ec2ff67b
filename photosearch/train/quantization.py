"""Training that knows of int8 and int4: forward passes see rounded weights, gradients do not.

The straight-through estimator (Bengio et al. 2013, arXiv:1308.3432) on the formats of
`photosearch.weights`, each weight in the one that `photosearch.models.quantizable` gives it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from photosearch.models.quantizable import INT4_LAYERS, is_int4, is_quantizable
from photosearch.weights import (
    GROUP,
    INT4_LEAST,
    INT4_MOST,
    INT4_PEAKS,
)

LEVELS = 127
SMALLEST = 6e-8  # the least float16 above zero


class Rounding(nn.Module, ABC):
    """Weights as they will be after storage, once `active`: any shape with rows first."""

    def __init__(self) -> None:
        super().__init__()
        self.active = False

    def forward(self, weight: Tensor) -> Tensor:
        if not self.active:
            return weight
        held = weight.detach()
        return weight + (self.rounded(held) - held)

    @abstractmethod
    def rounded(self, weight: Tensor) -> Tensor:
        """The nearest values that can be stored."""


class RoundToInt8(Rounding):
    """One scale for each row, as `quantize_int8`."""

    def rounded(self, weight: Tensor) -> Tensor:
        scale = weight.flatten(1).abs().amax(1) / LEVELS
        scale = scale.half().float().clamp(min=SMALLEST).view(-1, *[1] * (weight.ndim - 1))
        return (weight / scale).round().clamp(-LEVELS, LEVELS) * scale


class RoundToInt4(Rounding):
    """Groups of 64 columns, as `quantize_int4`: a matrix whose columns divide into them."""

    def rounded(self, weight: Tensor) -> Tensor:
        groups = weight.view(-1, GROUP)
        codes = self._codes(groups)
        squares = codes.square().sum(1, keepdim=True)
        scale = (codes * groups).sum(1, keepdim=True) / squares.clamp(min=1)
        return (codes * scale.half().float()).view_as(weight)

    def _codes(self, groups: Tensor) -> Tensor:
        peak = groups.gather(1, groups.abs().argmax(1, keepdim=True))
        best, least = torch.zeros_like(groups), torch.full_like(peak, torch.inf)
        for code in INT4_PEAKS:
            scale = (peak / code).half().float()
            divisor = scale.where(scale != 0, torch.inf)
            codes = (groups / divisor).round().clamp(INT4_LEAST, INT4_MOST)
            error = (groups - codes * scale).square().sum(1, keepdim=True)
            best, least = codes.where(error < least, best), torch.minimum(least, error)
        return best


def rounded_layers(
    module: nn.Module, int4_layers: Collection[int] = INT4_LAYERS
) -> Iterator[tuple[nn.Linear | nn.Conv2d, type[Rounding]]]:
    """The layers whose weights the bundle stores in fewer bits, and how.

    `module` holds a text tower's layers under its name for them, `layers`, or no text layers.
    """
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear | nn.Conv2d) and is_quantizable(layer.weight.shape):
            int4 = is_int4(f"{name}.weight", layer.weight.shape, int4_layers)
            yield layer, RoundToInt4 if int4 else RoundToInt8


def prepare_rounding(module: nn.Module, int4_layers: Collection[int] = INT4_LAYERS) -> None:
    """Lets every such layer of the module round its weights; nothing changes until `round_now`."""
    for layer, rounding in list(rounded_layers(module, int4_layers)):
        parametrize.register_parametrization(layer, "weight", rounding())


def round_now(module: nn.Module) -> None:
    """From now on, the forward pass sees rounded weights."""
    for part in module.modules():
        if isinstance(part, Rounding):
            part.active = True


def end_rounding(module: nn.Module) -> None:
    """Back to plain layers that hold the unrounded weights, whatever else made them."""
    for part in module.modules():
        if isinstance(part, Rounding):
            part.active = False
    for layer in list(module.modules()):
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
