"""All embeddings of an index in one safetensors file: written, checked, and imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.index.embeddings.importer import EmbeddingsFile as EmbeddingsFile
    from photosearch.index.embeddings.importer import import_photos as import_photos
    from photosearch.index.embeddings.writer import export_embeddings as export_embeddings

_IMPORTER = "photosearch.index.embeddings.importer"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "EmbeddingsFile": _IMPORTER,
        "export_embeddings": "photosearch.index.embeddings.writer",
        "import_photos": _IMPORTER,
    },
)
