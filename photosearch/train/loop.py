"""The loop: draw, sum the losses, step, average. Knows nothing of what the losses mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

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


class MovingAverage:
    """An exponential moving average of a module's floating tensors, shorter at the start."""

    def __init__(self, module: nn.Module, *, decay: float) -> None:
        self.decay, self.steps = decay, 0
        self.values = {name: value.detach().clone() for name, value in _floating(module)}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in _floating(module):
            self.values[name].lerp_(value, 1 - keep)

    def swap(self, module: nn.Module) -> None:
        """Exchanges the module's values and the averages; twice restores both."""
        with torch.no_grad():
            for name, value in _floating(module):
                held = value.clone()
                value.copy_(self.values[name])
                self.values[name].copy_(held)


def _floating(module: nn.Module) -> Iterable[tuple[str, Tensor]]:
    return ((n, p.data) for n, p in module.named_parameters() if p.requires_grad)


@dataclass
class Trainer:
    """One optimizer over one module; `losses(step)` gives the named, weighted parts."""

    module: nn.Module
    optimizer: torch.optim.AdamW
    average: MovingAverage
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
        self.average.update(self.module)
        self.step += 1
        return {name: part.item() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on from here."""
        return {
            "step": self.step,
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.values,
            "average_steps": self.average.steps,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.step = state["step"]
        self.module.load_state_dict(state["module"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.values = state["average"]
        self.average.steps = state["average_steps"]
