"""Towers written once, which are converted in plain layout or in the Neural Engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.layout.layouts import Layout as Layout
    from photosearch.coreml.layout.towers import ImageTower as ImageTower
    from photosearch.coreml.layout.towers import TextTower as TextTower

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ImageTower": "photosearch.coreml.layout.towers",
        "Layout": "photosearch.coreml.layout.layouts",
        "TextTower": "photosearch.coreml.layout.towers",
    },
)
