"""Keeps `vectors.faiss` in step with the catalog, and in memory for as long as it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from photosearch.errors import IndexDamaged, IndexLocked, StorageError
from photosearch.index.catalog import Catalog
from photosearch.index.lock import writer_lock
from photosearch.index.space import Space
from photosearch.index.vectors import (
    FILE_NAME,
    KINDS,
    Vectors,
    build_vectors,
    load_vectors,
    save_vectors,
)


class Derived:
    """The vectors of the catalog's present generation, from memory, the file or the catalog."""

    def __init__(self, directory: Path, catalog: Catalog) -> None:
        self._directory, self._catalog = directory, catalog
        self._path = directory / FILE_NAME
        self._kept: Vectors | None = None

    def current(self, space: Space) -> Vectors:
        """For a reader, inside a transaction. A stale or damaged file is made again from the
        catalog, and written too unless somebody else is writing or the folder is read-only."""
        generation = self._catalog.generation
        if self._kept is None or self._kept.generation != generation:
            self._kept = self._load(space, generation)
            if self._kept is None:
                self._kept = self._build(space)
                with suppress(IndexLocked, StorageError), writer_lock(self._directory):
                    save_vectors(self._kept, self._path)
        return self._kept

    def publish(self, space: Space | None) -> None:
        """For the writer, after its last commit: renews the file if the photos have changed."""
        if space is None:
            return
        if self._load(space, self._catalog.generation) is None:
            with self._catalog.reading():
                self._kept = self._build(space)
            save_vectors(self._kept, self._path)
        if self._catalog.compacted != self._catalog.generation:
            self._catalog.compact(self._catalog.generation)

    def begin(self, space: Space) -> None:
        """For the writer, before its first commit: from now on a missing file means damage."""
        if not self._path.exists():
            self.publish(space)

    def _load(self, space: Space, generation: int) -> Vectors | None:
        with suppress(IndexDamaged):
            return load_vectors(self._path, generation=generation, dim=space.dim)
        return None

    def _build(self, space: Space) -> Vectors:
        kind = self._catalog.meta("kind")
        if kind not in KINDS:
            path = self._catalog.path
            raise IndexDamaged(f"{path}: kind: got {kind!r}, expected one of {', '.join(KINDS)}")
        return build_vectors(self._catalog, kind=str(kind), dim=space.dim)
