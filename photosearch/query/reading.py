"""What a query was read as: words that are looked for, and what a photo must fulfil besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from photosearch.query.dates.when import When
from photosearch.types import Near, Term

Kind = Literal[
    "any", "camera", "exact", "favourites", "media", "near", "not", "weight", "when"
]  # fmt: skip

_SEPARATOR: Final = "; "


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a query that were read as something, counted as code points."""

    start: int
    end: int  # behind the last one
    kind: Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A named circle on Earth."""

    name: str
    latitude: float  # degrees
    longitude: float  # degrees
    radius_km: float

    @property
    def near(self) -> Near:
        return Near(self.latitude, self.longitude, self.radius_km)

    def as_json(self) -> dict[str, Any]:
        """Members by name."""
        return {
            "name": self.name,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "radius_km": self.radius_km,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as it was read; all that is set must hold, but the terms, which are looked for."""

    query: str
    terms: tuple[Term, ...] = ()  # a negative weight sets photos back
    any: tuple[tuple[str, ...], ...] = ()  # of each group, one alternative is looked for
    when: When | None = None
    near: Place | None = None
    away: Place | None = None  # not inside this circle
    media: tuple[str, ...] = ()  # any of these
    favourites: bool = False
    exact: tuple[str, ...] = ()  # words that must stand beside or in the photo
    camera: str | None = None
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()  # for a person: how doubtful parts were read

    @property
    def note(self) -> str | None:
        """All that there is to say of how it was read."""
        return _SEPARATOR.join(self.notes) or None

    def as_json(self) -> dict[str, Any]:
        """Members by name, as `photosearch explain --json` prints them."""
        members: dict[str, Any] = {
            "query": self.query,
            "terms": [{"text": term.text, "weight": term.weight} for term in self.terms],
            "any": [list(group) for group in self.any],
            "when": self.when and self.when.as_json(),
            "near": self.near and self.near.as_json(),
            "media": list(self.media),
            "favourites": self.favourites,
            "exact": list(self.exact),
            "camera": self.camera,
            "spans": [{"from": span.start, "to": span.end, "as": span.kind} for span in self.spans],
            "note": self.note,
        }
        return members | ({"away": self.away.as_json()} if self.away else {})
