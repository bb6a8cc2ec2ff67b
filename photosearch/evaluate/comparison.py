"""Which of several systems is better, over the same queries: with intervals and tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np

from photosearch.errors import UsageError
from photosearch.evaluate.expected import Values
from photosearch.evaluate.paired import Paired, holm, paired
from photosearch.evaluate.places import Ints
from photosearch.evaluate.report import RANK, Evaluation
from photosearch.evaluate.significance import LEVEL

JUDGE = "nDCG@10"  # the measure of the verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems by one measure."""

    measure: str
    a: str
    b: str
    difference: float  # a less b
    low: float  # of its 95 % interval
    high: float
    p: float
    p_holm: float  # adjusted over all pairs of systems
    effect: float  # the mean difference over its standard deviation
    detectable: float  # a smaller one would not have been seen in one set of five


def compare(systems: Mapping[str, Evaluation]) -> list[Comparison]:
    """Every pair of systems by every measure but the median rank, which is no mean.

    Raises UsageError for fewer than two systems, other queries, or a single query or photo.
    """
    first, groups = _same_queries(systems)
    pairs = list(combinations(systems, 2))
    found = []
    for measure in first.values:
        if measure != RANK:
            columns = [systems[a].values[measure] - systems[b].values[measure] for a, b in pairs]
            grouped = _grouped(np.stack(columns, axis=1), groups)
            tested = paired(*grouped, tests=len(pairs))
            found += list(_comparisons(measure, pairs, tested))
    return found


def verdict(found: Sequence[Comparison]) -> str:
    """A sentence for each pair, by nDCG@10, or by the first measure where that was not measured."""
    measures = [each.measure for each in found]
    judge = JUDGE if JUDGE in measures else next(iter(measures), JUDGE)
    return " ".join(_sentence(each) for each in found if each.measure == judge)


def comparison_json(found: Sequence[Comparison]) -> str:
    """A list of objects with the fields of `Comparison`; what cannot be told is null."""
    records = [
        {name: None if value != value else value for name, value in asdict(each).items()}  # NaN
        for each in found
    ]
    return json.dumps(records, indent=2, allow_nan=False)


def comparison_text(found: Sequence[Comparison]) -> str:
    """A table for each pair, in points, and the verdict."""
    return "\n".join([*_lines(found), verdict(found)])


def _same_queries(systems: Mapping[str, Evaluation]) -> tuple[Evaluation, Ints]:
    if len(systems) < 2:
        raise UsageError(f"got {len(systems)} systems of different names, expected two or more")
    (name, first), *others = systems.items()
    for other, each in others:
        if each.queries != first.queries:
            missing = sorted(set(first.queries) ^ set(each.queries))
            raise UsageError(
                f"{name} and {other} were asked other queries, expected the same: "
                f"{len(missing)} were asked of one alone, such as {missing[:1]}"
            )
    groups = np.arange(len(first.queries)) if first.groups is None else first.groups
    if len(set(groups.tolist())) < 2:
        raise UsageError("got one query or photo, expected several: one cannot tell systems apart")
    return first, groups


def _grouped(values: Values, groups: Ints) -> tuple[Values, Ints]:
    """Sums [C, K] and counts [C] of values [Q, K]."""
    _, member = np.unique(groups, return_inverse=True)
    count = int(member.max()) + 1
    sums = [np.bincount(member, column, minlength=count) for column in values.T]
    return np.stack(sums, axis=1), np.bincount(member, minlength=count)


def _comparisons(
    measure: str, pairs: Sequence[tuple[str, str]], tested: Paired
) -> Iterator[Comparison]:
    adjusted = holm(tested.p)
    for at, (a, b) in enumerate(pairs):
        yield Comparison(
            measure=measure,
            a=a,
            b=b,
            difference=float(tested.mean[at]),
            low=float(tested.low[at]),
            high=float(tested.high[at]),
            p=float(tested.p[at]),
            p_holm=float(adjusted[at]),
            effect=float(tested.effect[at]),
            detectable=float(tested.detectable[at]),
        )


def _sentence(each: Comparison) -> str:
    size = f"{100 * abs(each.difference):.1f} points of {each.measure}"
    chance = f"p = {each.p_holm:.4f}"
    if each.p_holm > LEVEL:
        return (
            f"Neither {each.a} nor {each.b} was shown to be better: they lie {size} apart, "
            f"{chance}{_power(each.detectable)}."
        )
    better, other = (each.a, each.b) if each.difference > 0 else (each.b, each.a)
    low, high = (each.low, each.high) if each.difference > 0 else (-each.high, -each.low)
    interval = f"[{100 * low:.1f}, {100 * high:.1f}]"
    return f"{better} is better than {other} by {size} {interval}, {chance}."


def _power(detectable: float) -> str:
    if np.isnan(detectable):
        return ""
    return f"; about {100 * detectable:.1f} would have been seen in four of five such sets"


def _lines(found: Sequence[Comparison]) -> Iterator[str]:
    for a, b in dict.fromkeys((each.a, each.b) for each in found):
        yield f"{a} less {b}, in points"
        for each in found:
            if (each.a, each.b) == (a, b):
                interval = f"[{100 * each.low:.1f}, {100 * each.high:.1f}]"
                yield (
                    f"  {each.measure:<9}{100 * each.difference:+7.1f}  {interval:<16}"
                    f"p {each.p_holm:.4f}  effect {_number(each.effect, '+.2f')}  "
                    f"detectable {_number(100 * each.detectable, '.1f')}"
                )


def _number(value: float, form: str) -> str:
    return "-" if np.isnan(value) else format(value, form)
