"""What was measured and how: values of every query, their means with intervals, text and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints
from photosearch.evaluate.significance import Estimate, estimate, estimates

RANK = "median rank"
UNKNOWN = Estimate(math.nan, math.nan, math.nan)  # of nothing


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One way of asking, over one set of queries."""

    asked: str  # "text to photo"
    protocol: tuple[str, ...]  # sentences: what counts as found, what is done about ties, ...
    queries: tuple[str, ...]  # ids, Q
    values: Mapping[str, Values]  # measure -> [Q]
    groups: Ints | None = None  # [Q]: queries of one photo are not independent
    notes: tuple[str, ...] = field(default=())  # of this set: ties, queries without results, ...

    def estimates(self) -> dict[str, Estimate]:
        """Means with 95 % intervals; the median for ranks. One query has no interval."""
        if len(set(self._drawn())) < 2:  # nothing to draw from
            return {name: self._alone(name, values) for name, values in self.values.items()}
        means = {name: values for name, values in self.values.items() if name != RANK}
        found = estimates(means, groups=self.groups) if means else {}
        if RANK in self.values:
            found[RANK] = estimate(self.values[RANK], groups=self.groups, is_median=True)
        return {name: found[name] for name in self.values}

    def _alone(self, name: str, values: Values) -> Estimate:
        centre = np.median(values) if name == RANK else values.mean()
        return Estimate(float(centre), float("nan"), float("nan"))

    def _drawn(self) -> Sequence[object]:
        return self.queries if self.groups is None else self.groups.tolist()


def as_json(found: Sequence[Evaluation]) -> str:
    """`as_record` as text."""
    return json.dumps(as_record(found), indent=2, allow_nan=False)


def as_record(found: Sequence[Evaluation]) -> dict[str, object]:
    """One object; of several ways of asking, the first at the top and the others by their names."""
    first, *others = (_record(each) for each in found)
    names = [each.asked.replace(" ", "_") for each in found[1:]]
    return first | dict(zip(names, others, strict=True))


def as_text(found: Sequence[Evaluation]) -> str:
    """A table of each, the protocol below it."""
    return "\n".join(line for each in found for line in _lines(each))


def estimate_text(found: Estimate, measure: str, sign: str = "") -> str:
    """In percent, ranks as they are; `sign` "+" for differences. "-" if there is none.

    >>> estimate_text(Estimate(0.5, 0.25, 0.75), "R@10")
    '50.0 [25.0, 75.0]'
    """
    if math.isnan(found.mean):
        return "-"
    unit = 1 if measure == RANK else 100
    mean, low, high = (f"{unit * value:{sign}.1f}" for value in (found.mean, found.low, found.high))
    return mean if math.isnan(found.low) else f"{mean} [{low}, {high}]"


def estimate_record(found: Estimate) -> dict[str, float | None]:
    """For JSON: mean and ends; what cannot be told is None."""
    values = {"mean": found.mean, "low": found.low, "high": found.high}
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def _record(found: Evaluation) -> dict[str, object]:
    return {
        "measures": {name: estimate_record(each) for name, each in found.estimates().items()},
        "queries": len(found.queries),
        "protocol": " ".join((*found.protocol, *found.notes)),
    }


def _lines(found: Evaluation) -> Iterator[str]:
    count = len(found.queries)
    yield f"{found.asked}, {count} {'query' if count == 1 else 'queries'}"
    for name, each in found.estimates().items():
        shown = f"{each.mean:8.1f}" if name == RANK else f"{100 * each.mean:8.1f}"
        ends = (each.low, each.high) if name == RANK else (100 * each.low, 100 * each.high)
        interval = "" if np.isnan(each.low) else f"  [{ends[0]:.1f}, {ends[1]:.1f}]"
        yield f"  {name:<12}{shown}{interval}"
    yield from (f"  {sentence}" for sentence in (*found.protocol, *found.notes))
