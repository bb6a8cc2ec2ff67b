"""How far a package may be from its model, by how its weights are stored.

Measured on 34 photos and 40 sentences, the built-in model for iOS 17 in the Neural Engine's
layout: error over spread of the image and the text tower, and overlap of the ten best.

    fp16       0.0027   0.0012   1.00     rounding alone; random weights, whose photos lie close
                                          together: up to 0.024
    int8       0.0027   0.0046   1.00     weights that were int8 before; others: up to 0.03
    palette6   0.29     0.087    0.86
    palette4   0.84     0.34     0.63     the image tower does not bear it, and does not pass

A mistake in a conversion is far beyond: 0.46 and more for every negative control.
"""

from __future__ import annotations

from dataclasses import dataclass

from photosearch.errors import UsageError

# What fp16 can hold, and the largest value whose square it can hold.
FP16_MAX, FP16_ROOT = 65504.0, 255.0
LEAST_SPREAD = 0.05  # of unit vectors; below it inputs are not told apart


@dataclass(frozen=True, slots=True)
class Limits:
    """See `records.Agreement` for what the first two are."""

    error: float  # at most
    direction: float  # at least
    overlap: float  # of the ten best, at least
    loss: float  # of R@10 against torch, at most; 0 to 1


LIMITS = {
    "fp16": Limits(error=0.03, direction=0.999, overlap=0.97, loss=0.005),
    "int8": Limits(error=0.05, direction=0.998, overlap=0.95, loss=0.005),
    "mixed": Limits(error=0.35, direction=0.95, overlap=0.8, loss=0.01),
    "palette6": Limits(error=0.35, direction=0.95, overlap=0.8, loss=0.02),
    "palette4": Limits(error=0.42, direction=0.91, overlap=0.65, loss=0.05),
}


def limits_of(weights: str) -> Limits:
    """Raises UsageError for weights without limits: those would pass whatever they compute."""
    if weights not in LIMITS:
        raise UsageError(f"weights: got {weights!r}, expected one of {', '.join(LIMITS)}")
    return LIMITS[weights]
