"""The records that a verification makes, and the format of `verification.json`.

    schema      2; a field may be added, and any other change raises it
    passed      whether no check failed
    statement   what kind of proof this is
    subject     what was verified, down to the SHA-256 of each package
    checks      name, outcome (passed, failed, noted, not run), value, limit, bound, detail; what
                a check has not is left out
    summary     the row that a variant makes in a table
    retrieval   the data used, and each metric with its intervals; null where there was none

It goes into every app with the bundle, so it is short and without white space: each input's error
and each operation's range are on the page, `verification.html`, and the worst is among the checks.
It holds no date, path or name of a machine, so that the same packages give the same bytes. What is
not finite is a string: "inf", "nan".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from photosearch.evaluate.significance import Estimate

Tower = Literal["image", "text"]
# "noted" is a figure without a limit; "not run" says why in the detail.
Outcome = Literal["passed", "failed", "noted", "not run"]
Bound = Literal["at most", "at least"]

SCHEMA = 2
NOT_ON_A_DEVICE = "verified against MIL semantics, not on a device"
_DIGITS = 5  # that count; later ones may differ between processors


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


@dataclass(frozen=True, slots=True)
class Subject:
    """What was verified."""

    name: str
    space: str
    target: str
    weights: str
    layout: str
    size_bytes: Mapping[str, int]  # of each package
    fp16_bytes: Mapping[str, int]
    sha256: Mapping[str, str]  # of each package's files


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of the torch model and of the packages, with 95 % intervals."""

    torch: Estimate
    shipped: Estimate
    difference: Estimate  # shipped - torch, paired by photo


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Captions to photos. `seed` chose the photos, where there were more than were used."""

    photos: int
    photos_available: int
    captions: int
    captions_available: int
    seed: int
    overlap: float  # of the ten best photos a caption
    metrics: Mapping[str, Compared]  # R@1, R@10, nDCG@10


@dataclass(frozen=True, slots=True)
class Summary:
    """The row of a table that one variant makes."""

    error: Mapping[Tower, float]  # over the spread, root mean square
    overlap: float  # top 10, 0 to 1
    recall_at_10: Compared | None  # None: no eval data
    size_bytes: int  # of both packages
    fp16_bytes: int


@dataclass(frozen=True, slots=True)
class Verification:
    subject: Subject
    checks: tuple[Check, ...]  # of every kind, those not run included
    numbers: Numbers
    retrieval: Retrieval | None
    statement: str = NOT_ON_A_DEVICE

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.outcome == "failed")

    @property
    def summary(self) -> Summary:
        return Summary(
            error={name: each.agreement.error for name, each in self.numbers.towers.items()},
            overlap=self.numbers.overlap,
            recall_at_10=self.retrieval.metrics["R@10"] if self.retrieval else None,
            size_bytes=sum(self.subject.size_bytes.values()),
            fp16_bytes=sum(self.subject.fp16_bytes.values()),
        )

    def to_json(self) -> str:
        """Canonical text: sorted keys, one line."""
        record = {"schema": SCHEMA, "passed": self.passed, **asdict(self)}
        record["checks"] = [_filled(each) for each in record["checks"]]
        record["summary"] = asdict(self.summary)
        del record["numbers"]  # the page shows them
        text = json.dumps(_plain(record), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text + "\n"


def _filled(check: Mapping[str, Any]) -> dict[str, Any]:
    """What a check says; its bound only where there is a limit."""
    said = {name: value for name, value in check.items() if value not in (None, "")}
    if "limit" not in said:
        del said["bound"]
    return said


def _plain(value: Any) -> Any:
    """JSON has no infinity and no NaN: those become text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else str(value)
    return value
