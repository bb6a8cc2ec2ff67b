"""Curves of a measure over conditions and their levels, as text and as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from photosearch.evaluate.report import estimate_record, estimate_text
from photosearch.evaluate.significance import Estimate
from photosearch.evaluate.studies.conditions import Level


@dataclass(frozen=True, slots=True)
class Point:
    """One level of one condition."""

    level: Level
    value: Estimate  # of the measure, 0..1
    difference: Estimate  # from the untouched photos, paired by caption
    unchanged: int  # photos whose pixels the condition left as they were


@dataclass(frozen=True, slots=True)
class Curve:
    """One condition, from mild to strong."""

    condition: str
    unit: str  # of the levels; "" where they are names
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Robustness:
    """A model on untouched photos, and on the same photos changed."""

    measure: str  # "R@10"
    untouched: Estimate
    curves: tuple[Curve, ...]
    photos: int
    captions: int
    protocol: tuple[str, ...]  # sentences


def robustness_record(found: Robustness) -> dict[str, object]:
    """For JSON: measure, untouched, conditions with their levels, photos, captions, protocol."""
    return {
        "measure": found.measure,
        "untouched": estimate_record(found.untouched),
        "conditions": [
            {
                "condition": curve.condition,
                "unit": curve.unit,
                "levels": [
                    {
                        "level": point.level,
                        found.measure: estimate_record(point.value),
                        "difference": estimate_record(point.difference),
                        "unchanged": point.unchanged,
                    }
                    for point in curve.points
                ],
            }
            for curve in found.curves
        ],
        "photos": found.photos,
        "captions": found.captions,
        "protocol": " ".join(found.protocol),
    }


def robustness_text(found: Robustness) -> str:
    """A table, the protocol below it."""
    return "\n".join(_lines(found))


def _lines(found: Robustness) -> Iterator[str]:
    untouched = estimate_text(found.untouched, found.measure)
    yield f"{found.photos} photos and {found.captions} captions, untouched: {untouched}"
    yield f"{'':<26}{found.measure:<20}  {'less untouched':<22}  unchanged photos"
    for curve in found.curves:
        yield f"  {curve.condition}{f' ({curve.unit})' if curve.unit else ''}"
        for point in curve.points:
            value = estimate_text(point.value, found.measure)
            difference = estimate_text(point.difference, found.measure, sign="+")
            level = f"{point.level:g}" if isinstance(point.level, float | int) else point.level
            same = point.unchanged or ""
            yield f"  {level:>20}    {value:<20}  {difference:<22}  {same}".rstrip()
    yield from (f"  {sentence}" for sentence in found.protocol)
