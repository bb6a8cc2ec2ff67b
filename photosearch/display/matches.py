"""How well a hit matches, as people are shown it: a probability, or how alike two photos are."""

from __future__ import annotations

from collections.abc import Sequence

from photosearch.types import Hit


def share(hit: Hit) -> float:
    """How long a bar is, 0..1: as `percent`, and none below 0."""
    return min(max(_match(hit), 0.0), 1.0)


def percent(hit: Hit) -> str:
    """The confidence, or where there is none the cosine of two photos, which may be below 0."""
    return f"{_match(hit):z.0%}"


def _match(hit: Hit) -> float:
    return hit.score if hit.confidence is None else hit.confidence


def share_name(hits: Sequence[Hit]) -> str:
    """What that is called."""
    return "similarity" if hits and hits[0].confidence is None else "confidence"
