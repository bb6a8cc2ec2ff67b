"""The query language: what a line of text asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.query.parse import parse_query as parse_query

__all__, __getattr__, __dir__ = lazy_names(__name__, {"parse_query": "photosearch.query.parse"})
