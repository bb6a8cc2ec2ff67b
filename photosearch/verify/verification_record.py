"""What a verification of a whole export found: `verification.json`.

    schema      1; a field may be added, and any other change raises it
    passed      whether no check failed
    statement   what kind of proof this is
    subject     what was verified, down to the SHA-256 of each package
    checks      name, outcome (passed, failed, noted, not run), value, limit, bound, detail
    summary     the row that a variant makes in a table
    numbers     of each tower: agreement, controls, ranges; and the overlap of both
    retrieval   the data used, and each metric with its intervals; null where there was none

It holds no date, path or name of a machine, so that the same packages give the same bytes. What
is not finite is a string: "inf", "nan".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from photosearch.evaluate.significance import Estimate
from photosearch.verify.records import NOT_ON_A_DEVICE, Check, Numbers, Tower

SCHEMA = 1
_DIGITS = 5  # that count; later ones may differ between processors


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
        """Canonical text: sorted keys, two spaces, one final newline."""
        record = {"schema": SCHEMA, "passed": self.passed, **asdict(self)}
        record["summary"] = asdict(self.summary)
        del record["numbers"]["checks"], record["numbers"]["similarities"]  # the page shows these
        text = json.dumps(_plain(record), indent=2, sort_keys=True, ensure_ascii=False)
        return text + "\n"


def _plain(value: Any) -> Any:
    """JSON has no infinity and no NaN: those become text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else str(value)
    return value
