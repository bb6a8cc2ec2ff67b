"""Find your own photos by words, offline.

>>> import photosearch
>>> index = photosearch.PhotoIndex.open("my.photoindex")  # doctest: +SKIP
>>> index.add(["Pictures"])  # doctest: +SKIP
>>> index.search("a dog on a beach", k=5)  # doctest: +SKIP

Importing this package imports nothing else: every name is resolved when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.encoder import Encoder
    from photosearch.errors import PhotoSearchError
    from photosearch.index.store import PhotoIndex
    from photosearch.models.load import builtin_bundle, load_encoder
    from photosearch.search.searcher import Searcher
    from photosearch.types import (
        Filter,
        Hit,
        IndexReport,
        IndexStatus,
        Near,
        Photo,
        PhotoInfo,
        Skipped,
    )

__version__ = "0.1.0"

__all__ = [
    "Encoder",
    "Filter",
    "Hit",
    "IndexReport",
    "IndexStatus",
    "Near",
    "Photo",
    "PhotoIndex",
    "PhotoInfo",
    "PhotoSearchError",
    "Searcher",
    "Skipped",
    "builtin_bundle",
    "load_encoder",
]

_HOMES = {
    "Encoder": "photosearch.encoder",
    "PhotoIndex": "photosearch.index.store",
    "PhotoSearchError": "photosearch.errors",
    "Searcher": "photosearch.search.searcher",
    "builtin_bundle": "photosearch.models.load",
    "load_encoder": "photosearch.models.load",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'photosearch' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES.get(name, "photosearch.types")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
