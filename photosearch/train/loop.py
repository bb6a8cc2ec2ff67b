"""The loop: sum the losses of a batch, step, average. Knows nothing of what the losses mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from photosearch.errors import TrainingDiverged

BETAS = (0.9, 0.98)
_STEPS = 1_000_000  # more than any run has: each step of each seed draws other numbers
_Batch = TypeVar("_Batch")


@dataclass(frozen=True)
class Rate:
    """Parameters that share a peak learning rate and a weight decay."""

    parameters: Sequence[nn.Parameter]
    peak: float
    decay: float


def build_optimizer(rates: Iterable[Rate]) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101); no decay on vectors and scalars."""
    groups = []
    for rate in rates:
        trained = [p for p in rate.parameters if p.requires_grad]
        for decay, chosen in (
            (rate.decay, [p for p in trained if _is_matrix(p)]),
            (0.0, [p for p in trained if not _is_matrix(p)]),
        ):
            if chosen:
                groups.append(
                    {"params": chosen, "weight_decay": decay, "peak": rate.peak, "lr": 0.0}
                )
    return torch.optim.AdamW(groups, betas=BETAS)


def _is_matrix(parameter: nn.Parameter) -> bool:
    """Not a vector, nor one in all but its shape."""
    return sum(size > 1 for size in parameter.shape) > 1


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
class Trainer(Generic[_Batch]):
    """One optimizer over one module; `losses(batch)` gives the named, weighted parts."""

    module: nn.Module
    optimizer: torch.optim.AdamW
    average: AveragedModel
    losses: Callable[[_Batch], Mapping[str, Tensor]]
    seed: int
    total_steps: int
    warmup_steps: int
    largest_norm: float  # to which a longer gradient is cut
    step: int = 0

    def advance(self, batch: _Batch) -> dict[str, float]:
        """One step; returns the parts of the loss as numbers. Raises TrainingDiverged.

        What is drawn at random follows from the seed and the number of the step alone.
        """
        torch.manual_seed(_STEPS * self.seed + self.step)
        fraction = cosine_rate(self.step, total=self.total_steps, warmup=self.warmup_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * fraction
        self.optimizer.zero_grad()
        parts = self.losses(batch)
        total = torch.stack(list(parts.values())).sum()
        if not torch.isfinite(total):
            raise self._diverged("loss", total)
        total.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(trained_parameters(self.module), self.largest_norm)
        if not torch.isfinite(norm):
            raise self._diverged("gradient", norm)
        self.optimizer.step()
        self.average.update_parameters(trained_parameters(self.module))
        self.step += 1
        return {name: part.item() for name, part in parts.items()}

    def _diverged(self, what: str, got: Tensor) -> TrainingDiverged:
        return TrainingDiverged(
            f"step {self.step + 1} of {self.total_steps}: the {what} is {got.item()}, expected a "
            "finite number; try lower learning rates"
        )

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
