"""Photos out of an embeddings file into the catalog, a batch at once or not at all."""

from __future__ import annotations

import time

from photosearch.index.catalog import Catalog
from photosearch.index.embeddings.reader import EmbeddingsFile, StoredPhoto
from photosearch.index.migrations import GENERATION
from photosearch.index.rows import INFO_COLUMNS, INFO_VALUES
from photosearch.progress import Listener, Progress

_BATCH = 500  # photos a transaction
_INSERT = f"""
INSERT INTO photos(source, size, mtime_ns, status, content_hash, {INFO_COLUMNS}, since)
VALUES (?, ?, ?, 'indexed', ?, {INFO_VALUES}, {GENERATION})"""


def import_photos(catalog: Catalog, file: EmbeddingsFile, *, space: int, listener: Listener) -> int:
    """Adds what is not known yet under the same name with the same content; returns how many.

    Other content takes the place of what was known under the name. Call under the writer lock.
    """
    started, added = time.monotonic(), 0
    for start in range(0, file.count, _BATCH):
        photos = file.photos(start, start + _BATCH)
        with catalog.writing():
            added += _import_batch(catalog, photos, space)
        done, seconds = start + len(photos), time.monotonic() - started
        listener(Progress("import", done, file.count, 0, seconds))
    return added


def _import_batch(catalog: Catalog, photos: list[StoredPhoto], space: int) -> int:
    known = _known(catalog, photos)
    new = [photo for photo in photos if known.get(photo.source) != ("indexed", photo.content_hash)]
    if not new:
        return 0
    catalog.next_generation()
    db = catalog.db
    for photo in new:
        db.execute("DELETE FROM photos WHERE source = ?", (photo.source,))
        row = (photo.content_hash, space, photo.vector)
        db.execute("INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)", row)
        stamp = (photo.source, photo.size_bytes, photo.mtime_ns, photo.content_hash)
        db.execute(_INSERT, (*stamp, *photo.info))
    catalog.forget({content for _, content in known.values() if content is not None})
    return len(new)


def _known(
    catalog: Catalog, photos: list[StoredPhoto]
) -> dict[str | bytes, tuple[str, str | None]]:
    """Name -> status and content hash, of those that are in the catalog."""
    places = ", ".join("?" * len(photos))
    query = f"SELECT source, status, content_hash FROM photos WHERE source IN ({places})"
    rows = catalog.db.execute(query, [photo.source for photo in photos])
    return {source: (status, content) for source, status, content in rows}
