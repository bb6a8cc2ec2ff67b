"""What people type: text to words, dates and places, and words to vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.query.embed import QueryEmbedder as QueryEmbedder
    from photosearch.query.embed import QueryVectors as QueryVectors
    from photosearch.query.embed import embed_query as embed_query
    from photosearch.query.library import Cell as Cell
    from photosearch.query.library import Library as Library
    from photosearch.query.negation import nearest_but as nearest_but
    from photosearch.query.parse import parse_query as parse_query
    from photosearch.query.read import read_query as read_query
    from photosearch.query.reading import Reading as Reading

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Cell": "photosearch.query.library",
        "Library": "photosearch.query.library",
        "QueryEmbedder": "photosearch.query.embed",
        "QueryVectors": "photosearch.query.embed",
        "Reading": "photosearch.query.reading",
        "embed_query": "photosearch.query.embed",
        "nearest_but": "photosearch.query.negation",
        "parse_query": "photosearch.query.parse",
        "read_query": "photosearch.query.read",
    },
)
