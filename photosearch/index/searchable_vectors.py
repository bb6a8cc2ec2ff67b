"""Keeps `vectors.faiss` in step with the catalog, and in memory for as long as it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from photosearch.errors import IndexDamaged, IndexLocked, StorageError
from photosearch.index.catalog import Catalog
from photosearch.index.delta_vectors import Layers
from photosearch.index.lock import writer_lock
from photosearch.index.space import Space
from photosearch.index.vector_file import (
    FILE_NAME,
    KINDS,
    Vectors,
    build_vectors,
    load_vectors,
    read_generation,
    save_vectors,
)


class Derived:
    """The vectors of the catalog's present generation, from memory, the file or the catalog."""

    def __init__(self, directory: Path, catalog: Catalog) -> None:
        self._directory, self._catalog = directory, catalog
        self._path = directory / FILE_NAME
        self._kept: Layers | None = None

    def current(self, space: Space) -> Layers:
        """For a reader, inside a transaction. What is in memory or in the file is brought up to
        date. A file that cannot be, or a damaged one, is made again from the catalog, and written
        too unless somebody else is writing or the folder is read-only."""
        history = self._catalog.history
        kept, self._kept = self._kept, None  # let go of, should it be brought up only halfway
        if kept is None or not _reaches(kept, history):
            kept = self._open(space, history)
        kept.catch_up(self._catalog, history[-1])
        self._kept = kept
        return kept

    def _open(self, space: Space, history: range) -> Layers:
        found = self._load(space, history)
        if found is None:
            found = self._build(space)
            with suppress(IndexLocked, StorageError), writer_lock(self._directory):
                save_vectors(found, self._path)
        return Layers(found)

    def publish(self, space: Space | None) -> None:
        """For the writer, after its last commit: renews the file if the photos have changed."""
        if space is None:
            return
        history = self._catalog.history
        if self._load(space, history[-1:]) is None:
            with self._catalog.reading():
                built = self._build(space)
            save_vectors(built, self._path)
            self._kept = Layers(built)
        if len(history) > 1:
            self._catalog.compact(history[-1])

    def begin(self, space: Space) -> None:
        """For the writer, before its first commit: from now on a missing file means damage.

        One of a later generation (of a catalog that a backup has replaced) would seem good as soon
        as the catalog is that far again, so it goes now.
        """
        if read_generation(self._path) not in self._catalog.history:
            self.publish(space)

    def _load(self, space: Space, generations: range) -> Vectors | None:
        with suppress(IndexDamaged):
            return load_vectors(self._path, generations=generations, dim=space.dim)
        return None

    def _build(self, space: Space) -> Vectors:
        kind = self._catalog.meta("kind")
        if kind not in KINDS:
            path = self._catalog.path
            raise IndexDamaged(f"{path}: kind: got {kind!r}, expected one of {', '.join(KINDS)}")
        return build_vectors(self._catalog, kind=str(kind), dim=space.dim)


def _reaches(kept: Layers, history: range) -> bool:
    """Whether the catalog knows all that has changed since."""
    return kept.base.generation in history and kept.generation in history
