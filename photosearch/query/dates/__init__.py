"""Dates that people type, to times at which a photo was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.query.dates.calendar import Clock as Clock
    from photosearch.query.dates.read import read_when as read_when
    from photosearch.query.dates.when import When as When

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Clock": "photosearch.query.dates.calendar",
        "When": "photosearch.query.dates.when",
        "read_when": "photosearch.query.dates.read",
    },
)
