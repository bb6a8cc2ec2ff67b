"""Which constant of a converted program is which weight of the tower."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from photosearch.coreml.compress.quantizers import Floats, Halves

_ALIKE = 0.99999  # squared cosine of a weight and itself in fp16: subnormal values lose some


@dataclass(frozen=True, slots=True)
class Held:
    """A weight in a package: `factor` times the one of the tower."""

    values: Halves
    factor: float = 1.0


def match(weights: Mapping[str, Tensor], constants: Sequence[Halves]) -> dict[str, Held]:
    """Which constant of a program is which weight: the same values, or a multiple of them.

    A conversion puts the scale of attention into the queries' weights.
    """
    left = {name: each.numpy().ravel() for name, each in weights.items()}
    found: dict[str, Held] = {}
    for constant in constants:
        flat = constant.ravel().astype(np.float32)
        for name, values in left.items():
            if values.size == flat.size and (factor := _factor(flat, values)):
                found[name] = Held(constant, factor)
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
