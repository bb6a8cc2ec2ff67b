"""How well a hit matches, as people are shown it: a probability, or how alike two photos are."""

from __future__ import annotations

from collections.abc import Sequence

from photosearch.types import Hit


def share(hit: Hit) -> float:
    """What a bar shows, 0..1: the confidence, or where there is none the cosine of two photos."""
    return min(max(hit.score if hit.confidence is None else hit.confidence, 0.0), 1.0)


def share_name(hits: Sequence[Hit]) -> str:
    """What that is called."""
    return "similarity" if hits and hits[0].confidence is None else "confidence"
