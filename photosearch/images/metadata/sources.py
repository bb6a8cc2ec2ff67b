"""What each source tells of a photo, and which of them is believed: docs/metadata.md has the table.

A source tells what it knows in a `Told`. The kinds of date go before the order of sources: when a
photo was taken, whoever says so, is better than when it was scanned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from photosearch.images.metadata.dates import Moment
from photosearch.images.metadata.location import Place

_MAX_CAMERA_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says; None where it says nothing, or nothing that is possible."""

    taken: Moment | None = None
    digitised: Moment | None = None  # by the camera itself, or a scanner
    changed: Moment | None = None
    instant: Moment | None = None  # in UTC, of a clock that knows no local time
    place: Place | None = None
    camera: str | None = None


def best(sources: Sequence[Told]) -> Told:
    """Field by field, the first source that says something; `taken` is the best of all dates."""

    def first(name: str) -> Moment | None:
        return next((found for told in sources if (found := getattr(told, name))), None)

    return Told(
        taken=first("taken") or first("digitised") or first("changed") or first("instant"),
        place=next((told.place for told in sources if told.place), None),
        camera=next((told.camera for told in sources if told.camera), None),
    )


def camera_name(make: str, model: str) -> str | None:
    """ "Make Model"; the model alone where it begins with the make's first word."""
    if model and make and model.split()[0].lower() == make.split()[0].lower():
        make = ""
    return " ".join(part for part in (make, model) if part)[:_MAX_CAMERA_CHARACTERS] or None
