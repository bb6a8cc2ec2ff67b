"""What a system scores on parts of its queries, and on all others beside it.

Legend: Q queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.report import UNKNOWN, Evaluation, estimate_record, estimate_text
from photosearch.evaluate.significance import Estimate
from photosearch.evaluate.studies.masks import Mask
from photosearch.progress import Listener, counting, silent
from photosearch.shorten import shorten

MEASURE = "R@10"  # of the table
FEW = 20  # photos, or queries; fewer give intervals that are too narrow
_WIDTH = 36


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the queries. Without queries, every estimate of it is NaN."""

    name: str
    queries: int
    groups: int  # what intervals draw: photos with their captions, else queries
    inside: Mapping[str, Estimate]  # measure -> estimate over the slice
    outside: Mapping[str, Estimate]  # over all other queries


def slice_evaluation(
    found: Evaluation, slices: Mapping[str, Mask], *, progress: Listener = silent
) -> list[Slice]:
    """Estimates of every measure inside and outside each slice, a mask [Q] of `found.queries`.

    Slices may overlap and need not cover all. Intervals draw groups, as those of all queries do,
    and hold for one slice alone: of twenty, about one misses what is true.

    Raises UsageError for no slices, ShapeError for a mask that is not [Q] of booleans.
    """
    if not slices:
        raise UsageError("got no slices, expected some")
    masks = {name: np.asarray(mask) for name, mask in slices.items()}
    for name, mask in masks.items():
        if mask.shape != (len(found.queries),) or mask.dtype != np.bool_:
            got = f"{mask.dtype} {list(mask.shape)}"
            raise ShapeError(f"slice {name!r}: got {got}, expected bool [{len(found.queries)}]")
    tell, told = counting(progress, "slices", len(masks)), []
    for name, mask in masks.items():
        told.append(_slice(found, name, mask))
        tell(1)
    return told


def slices_record(found: Sequence[Slice]) -> list[dict[str, object]]:
    """For JSON: slice, queries, groups, and estimates by measure inside and outside."""
    return [
        {
            "slice": each.name,
            "queries": each.queries,
            "groups": each.groups,
            "measures": {name: estimate_record(value) for name, value in each.inside.items()},
            "others": {name: estimate_record(value) for name, value in each.outside.items()},
        }
        for each in found
    ]


def slices_text(found: Sequence[Slice], measure: str = MEASURE) -> str:
    """A table of one measure. Raises UsageError for one that was not measured."""
    return "\n".join(_lines(found, measure))


def _slice(found: Evaluation, name: str, mask: Mask) -> Slice:
    inside, outside = _part(found, mask), _part(found, ~mask)
    drawn = inside.queries if inside.groups is None else inside.groups.tolist()
    return Slice(
        name=name,
        queries=len(inside.queries),
        groups=len(set(drawn)),
        inside=_estimates(inside),
        outside=_estimates(outside),
    )


def _part(found: Evaluation, mask: Mask) -> Evaluation:
    return replace(
        found,
        queries=tuple(found.queries[at] for at in np.flatnonzero(mask)),
        values={name: values[mask] for name, values in found.values.items()},
        groups=None if found.groups is None else found.groups[mask],
    )


def _estimates(found: Evaluation) -> dict[str, Estimate]:
    return found.estimates() if found.queries else dict.fromkeys(found.values, UNKNOWN)


def _lines(found: Sequence[Slice], measure: str) -> Iterator[str]:
    yield f"{measure:<{_WIDTH}}{'queries':>8}{'groups':>8}  {'slice':<20}  all others"
    for each in found:
        if measure not in each.inside:
            known = ", ".join(each.inside)
            raise UsageError(f"measure: got {measure!r}, expected one of {known}")
        told = estimate_text(each.inside[measure], measure) if each.queries else "empty"
        others = estimate_text(each.outside[measure], measure)
        name = shorten(each.name, _WIDTH - 3)
        yield f"  {name:<{_WIDTH - 2}}{each.queries:>8}{each.groups:>8}  {told:<20}  {others}"
    yield "  Slices may overlap and are asked of all photos; of twenty intervals, about one misses."
    yield "  Groups are what intervals draw: photos with all of their captions, or single queries."
    if any(0 < each.groups < FEW for each in found):
        yield f"  Intervals of fewer than {FEW} groups are too narrow."
