"""The photo index: a SQLite catalog of photos and embeddings, and a faiss file made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog as Catalog
    from photosearch.index.directory import default_directory as default_directory
    from photosearch.index.exclusions import without_match as without_match
    from photosearch.index.paths import absolute as absolute
    from photosearch.index.paths import on_disk as on_disk
    from photosearch.index.store import PhotoIndex as PhotoIndex
    from photosearch.index.verify import VerifyReport as VerifyReport
    from photosearch.index.verify import verify_index as verify_index

_PATHS, _VERIFY = "photosearch.index.paths", "photosearch.index.verify"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Catalog": "photosearch.index.catalog",
        "PhotoIndex": "photosearch.index.store",
        "VerifyReport": _VERIFY,
        "absolute": _PATHS,
        "default_directory": "photosearch.index.directory",
        "on_disk": _PATHS,
        "verify_index": _VERIFY,
        "without_match": "photosearch.index.exclusions",
    },
)
