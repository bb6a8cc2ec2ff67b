"""What verification finds: frozen records, in the order in which a report shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tower = Literal["image", "text"]
# "noted" is a figure without a limit; "not run" says why in the detail.
Outcome = Literal["passed", "failed", "noted", "not run"]
Bound = Literal["at most", "at least"]

NOT_ON_A_DEVICE = "verified against MIL semantics, not on a device"


@dataclass(frozen=True, slots=True)
class Check:
    """One figure beside its limit, if it has one; or why there is none."""

    name: str  # unique among the checks of a verification, for example "image: error"
    outcome: Outcome
    value: float | None = None
    limit: float | None = None
    bound: Bound = "at most"
    detail: str = ""

    def __str__(self) -> str:
        more = f" ({self.detail})" if self.detail else ""
        if self.value is None:
            return f"{self.name}: {self.outcome}{more}"
        if self.limit is None:
            return f"{self.name}: {self.value:.4g}{more}"
        return f"{self.name}: got {self.value:.4g}, expected {self.bound} {self.limit:.4g}{more}"


def measured(
    name: str, value: float, limit: float, bound: Bound = "at most", detail: str = ""
) -> Check:
    """A check of a value; what is not a number passes nothing."""
    holds = value <= limit if bound == "at most" else value >= limit
    return Check(name, "passed" if holds else "failed", value, limit, bound, detail)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near the embeddings of a saved tower are to torch's, input by input.

    `spread` is the root mean square distance of torch's embeddings from their mean. An error is
    the distance between two embeddings of one input, divided by the spread: 0 is equal, and 1 as
    far off as another input. `direction` is the mean, over all pairs of inputs, of the cosine
    between the difference of their embeddings here and in torch.
    """

    inputs: tuple[str, ...]
    spread: float
    errors: tuple[float, ...]  # one an input
    error: float  # their root mean square: what the limit is for
    direction: float


@dataclass(frozen=True, slots=True)
class Control:
    """A mistake made on purpose, and whether the gate noticed it."""

    tower: Tower
    mistake: str  # for example "channels swapped"
    error: float
    direction: float
    noticed: bool


@dataclass(frozen=True, slots=True)
class Range:
    """The largest absolute value that an operation gave, over all inputs, nothing rounded."""

    op: str  # the name of its first output
    type: str
    largest: float  # infinity or NaN if it gave that
    squared: bool  # whether an operation squares it, then or within itself


@dataclass(frozen=True, slots=True)
class TowerFindings:
    tower: Tower
    agreement: Agreement
    controls: tuple[Control, ...]
    ranges: tuple[Range, ...]  # one an operation, in the program's order
    first_not_finite: str | None  # the operation, in fp16


@dataclass(frozen=True, slots=True)
class Similarities:
    """Cosines of each text with each photo, in torch and as shipped: texts row by row."""

    torch: tuple[float, ...]
    shipped: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numeric part of a verification."""

    towers: Mapping[Tower, TowerFindings]
    overlap: float  # of the ten best photos a text, and the ten best texts a photo
    similarities: Similarities
    checks: tuple[Check, ...]
