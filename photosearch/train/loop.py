"""The loop: draw, sum the losses, step, average. Knows nothing of what the losses mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

BETAS = (0.9, 0.98)


@dataclass(frozen=True)
class Rate:
    """Parameters that share a peak learning rate."""

    parameters: Iterable[nn.Parameter]
    peak: float


def build_optimizer(rates: Iterable[Rate], *, weight_decay: float) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101); no decay on vectors and scalars."""
    groups = []
    for rate in rates:
        trained = [p for p in rate.parameters if p.requires_grad]
        for decay, chosen in (
            (weight_decay, [p for p in trained if p.ndim > 1]),
            (0.0, [p for p in trained if p.ndim < 2]),
        ):
            groups.append({"params": chosen, "weight_decay": decay, "peak": rate.peak, "lr": 0.0})
    return torch.optim.AdamW(groups, betas=BETAS)


def cosine_rate(step: int, *, total: int, warmup: int) -> float:
    """Fraction of the peak: linear warm-up, then half a cosine down to 0."""
    return min(1.0, (step + 1) / warmup) * 0.5 * (1 + math.cos(math.pi * step / total))


def moving_average(module: nn.Module, *, decay: float) -> AveragedModel:
    """An exponential moving average of what is trained in a module, shorter at the start.

    Holds those parameters alone (the rest may be caches of gigabytes); the first weights count as
    one. `AveragedModel.update_parameters` takes `trained_parameters` of the module.
    """

    @torch.no_grad()
    def approach(averaged: Any, current: Any, number: Any) -> None:
        keep = min(decay, (1 + int(number)) / (10 + int(number)))
        torch._foreach_lerp_(averaged, current, 1 - keep)

    average = AveragedModel(trained_parameters(module), multi_avg_fn=approach)
    average.n_averaged.fill_(1)
    return average


def trained_parameters(module: nn.Module) -> nn.ParameterList:
    """The module's own parameters that a gradient reaches, in their order."""
    return nn.ParameterList(p for p in module.parameters() if p.requires_grad)


@torch.no_grad()
def take_average(module: nn.Module, average: AveragedModel) -> None:
    """Gives the module the averages as its values."""
    for value, averaged in zip(
        trained_parameters(module), average.module.parameters(), strict=True
    ):
        value.copy_(averaged)


@dataclass
class Trainer:
    """One optimizer over one module; `losses(step)` gives the named, weighted parts."""

    module: nn.Module
    optimizer: torch.optim.AdamW
    average: AveragedModel
    losses: Callable[[int], Mapping[str, Tensor]]
    total_steps: int
    warmup_steps: int
    step: int = 0

    def advance(self) -> dict[str, float]:
        """One step; returns the parts of the loss as numbers. Raises FloatingPointError."""
        fraction = cosine_rate(self.step, total=self.total_steps, warmup=self.warmup_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * fraction
        parts = self.losses(self.step)
        total = torch.stack(list(parts.values())).sum()
        if not torch.isfinite(total):
            raise FloatingPointError(f"step {self.step}: the loss is {total.item()}")
        self.optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update_parameters(trained_parameters(self.module))
        self.step += 1
        return {name: part.item() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on from here."""
        return {
            "step": self.step,
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.step = state["step"]
        self.module.load_state_dict(state["module"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.load_state_dict(state["average"])
