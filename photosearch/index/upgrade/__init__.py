"""Vectors of another model for an index: embedded beside the former ones, then taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.index.upgrade.run import upgrade_index as upgrade_index

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"upgrade_index": "photosearch.index.upgrade.run"}
)
