"""Photos by words, with any encoder and any index: what ranks and groups hits belongs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.search.searcher import Searcher as Searcher

__all__, __getattr__, __dir__ = lazy_names(__name__, {"Searcher": "photosearch.search.searcher"})
