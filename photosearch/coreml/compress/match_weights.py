"""Lists a tower's large weights, and finds each among the constants of a converted program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from photosearch.coreml.compress.quantizers import Floats, Halves
from photosearch.models.quantizable import is_quantizable

_ALIKE = 0.99999  # squared cosine of a weight and itself in fp16: subnormal values lose some
_HOLDERS = (nn.Conv2d, nn.Linear, nn.Embedding)


@dataclass(frozen=True, slots=True)
class PackageWeight:
    """A weight in a package: `factor` times the one of the tower."""

    values: Halves
    factor: float = 1.0


def large_weights(tower: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Those that a package may hold in fewer bits."""
    for name, module in tower.named_modules():
        if isinstance(module, _HOLDERS) and is_quantizable(module.weight.shape):
            yield f"{name}.weight", module.weight


def group_weights(tower: nn.Module, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Weights by the module that they are parts of; those of a mere list stand alone."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        module = owner(name)
        above = module.rpartition(".")[0]
        alone = not above or isinstance(tower.get_submodule(above), nn.ModuleList | nn.Sequential)
        group = module if alone else above
        groups[group] = (*groups.get(group, ()), name)
    return groups


def owner(weight: str) -> str:
    """The module that holds a weight: of `blocks.0.mlp.up.weight`, `blocks.0.mlp.up`."""
    return weight.rpartition(".")[0]


def match_weights(
    weights: Mapping[str, Tensor], constants: Sequence[Halves]
) -> dict[str, PackageWeight]:
    """Which constant of a program is which weight: the same values, or a multiple of them.

    A conversion puts the scale of attention into the queries' weights.
    """
    left = {name: each.numpy().ravel() for name, each in weights.items()}
    found: dict[str, PackageWeight] = {}
    for constant in constants:
        flat = constant.ravel().astype(np.float32)
        for name, values in left.items():
            if values.size == flat.size and (factor := _factor(flat, values)):
                found[name] = PackageWeight(constant, factor)
                del left[name]
                break
    return found


def _factor(flat: Floats, values: Floats) -> float | None:
    """By which all values were multiplied; None if it was something else."""
    if np.array_equal(flat, values.astype(np.float16)):
        return 1.0
    ours, both, theirs = (float(a @ b) for a, b in ((values, values), (values, flat), (flat, flat)))
    alike = both > 0 and both * both >= _ALIKE * ours * theirs
    return both / ours if alike else None
