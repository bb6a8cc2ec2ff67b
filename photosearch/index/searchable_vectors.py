"""The vectors that a search scans: `vectors.faiss` without removed photos, and those added since.

They are kept in memory, and the file in step with the catalog.

Shape legend: N photos of the file's generation, D embedding width.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import IndexDamaged, IndexLocked, StorageError
from photosearch.index.catalog import Catalog
from photosearch.index.directory import writer_lock
from photosearch.index.nearest import Ids, faiss_module
from photosearch.index.rows import Space
from photosearch.index.vector_file import (
    ADDED,
    FILE_NAME,
    KINDS,
    Vectors,
    build_vectors,
    empty_index,
    load_vectors,
    read_chunks,
    read_generation,
    save_vectors,
)

_LEAST_SPARE = 16  # photos
_GONE = "SELECT id FROM tombstones WHERE generation > ?"


class SearchableVectors:
    """The vectors of one generation: those of a file (the base) that remain, and new ones."""

    def __init__(self, base: Vectors) -> None:
        self.base = base
        self.generation = base.generation  # of the catalog, up to which they are brought
        self._added = Vectors(empty_index("SQfp16", base.dim), base.generation)
        self._added_ids: Ids = np.empty(0, np.int64)  # ascending
        self._gone: set[int] = set()
        self._present = np.ones(0, np.bool_)  # [N], by position, once anything is gone

    def catch_up(self, catalog: Catalog, generation: int) -> None:
        """Reads what has changed up to the catalog's present generation, and nothing else."""
        if generation == self.generation:
            return
        with catalog.errors():
            cursor = catalog.db.execute(_GONE, (self.generation,))
            gone = np.fromiter((row[0] for row in cursor), np.int64)
        if len(gone):
            self._remove(gone)
        for ids, vectors in read_chunks(catalog, self.base.dim, ADDED, (self.generation,)):
            self._added.index.add_with_ids(vectors, ids)
            self._added_ids = np.union1d(self._added_ids, ids)
        self.generation = generation

    def _remove(self, gone: Ids) -> None:
        ids = faiss_module().vector_to_array(self.base.index.id_map)  # [N]
        if not self._gone:
            self._present = np.ones(len(ids), np.bool_)
        self._present[np.isin(ids, gone)] = False
        self._gone.update(gone.tolist())
        self._added.index.remove_ids(gone)
        self._added_ids = np.setdiff1d(self._added_ids, gone)

    def nearest(
        self, vector: Floats, k: int, allowed: Ids | None = None
    ) -> tuple[list[int], list[float]]:
        """Ids and inner products, k at most, for a vector [D]: best first, then lowest id first.

        `allowed` restricts the scan itself to these ids, ascending, all of them searchable.
        Raises ShapeError for a wrong vector.
        """
        if allowed is None:
            old, new_ids = self._nearest_present(vector, k), None
        else:  # what is gone is not among them
            new_ids, old_ids = _split(allowed, self._added_ids)
            old = self.base.nearest(vector, k, old_ids)
        if not len(self._added_ids):
            return old
        return _merge(old, self._added.nearest(vector, k, new_ids), k)

    def _nearest_present(self, vector: Floats, k: int) -> tuple[list[int], list[float]]:
        """The nearest of the base that are not removed.

        Asks for a few more and drops those that are removed, which costs less than a mask over all
        vectors; the mask is used where too many of the nearest are removed.
        """
        spare = min(len(self._gone), max(k, _LEAST_SPARE))
        found = self.base.nearest(vector, k + spare)
        if not spare:
            return found
        kept = [pair for pair in zip(*found, strict=True) if pair[0] not in self._gone][:k]
        if len(kept) < k and k + spare < self.base.count:
            return self.base.nearest(vector, k, present=self._present)
        return [number for number, _ in kept], [score for _, score in kept]


def _split(allowed: Ids, added: Ids) -> tuple[Ids, Ids]:
    """The allowed ids that were added, and the other allowed ids; both ascending."""
    if not len(added):
        return added, allowed
    positions = np.searchsorted(allowed, added)
    found = positions < len(allowed)
    found[found] = allowed[positions[found]] == added[found]
    return added[found], np.delete(allowed, positions[found])


def _merge(
    old: tuple[list[int], list[float]], new: tuple[list[int], list[float]], k: int
) -> tuple[list[int], list[float]]:
    pairs = [*zip(*old, strict=True), *zip(*new, strict=True)]
    best = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
    return [number for number, _ in best], [score for _, score in best]


class VectorStore:
    """Gives the vectors of the catalog's present generation, and renews `vectors.faiss`."""

    def __init__(self, directory: Path, catalog: Catalog) -> None:
        self._directory, self._catalog = directory, catalog
        self._path = directory / FILE_NAME
        self._kept: SearchableVectors | None = None

    def current(self, space: Space) -> SearchableVectors:
        """The vectors in memory or in the file, brought up to date. Call inside a transaction.

        A damaged file, or one that is too old, is built again from the catalog, and written unless
        another process is writing or the folder is read-only.
        """
        history = self._catalog.history
        kept, self._kept = self._kept, None  # let go of, should it be brought up only halfway
        if kept is None or not _reaches(kept, history):
            kept = self._open(space, history)
        kept.catch_up(self._catalog, history[-1])
        self._kept = kept
        return kept

    def _open(self, space: Space, history: range) -> SearchableVectors:
        found = self._load(space, history)
        if found is None:
            found = self._build(space)
            with suppress(IndexLocked, StorageError), writer_lock(self._directory):
                save_vectors(found, self._path)
        return SearchableVectors(found)

    def publish(self, space: Space | None) -> None:
        """Renews the file if the photos have changed. A writer calls it after its last commit."""
        if space is None:
            return
        history = self._catalog.history
        if self._load(space, history[-1:]) is None:
            with self._catalog.reading():
                built = self._build(space)
            save_vectors(built, self._path)
            self._kept = SearchableVectors(built)
        if len(history) > 1:
            self._catalog.compact(history[-1])

    def begin(self, space: Space) -> None:
        """Makes sure that there is a file. A writer calls it before its first commit.

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


def _reaches(kept: SearchableVectors, history: range) -> bool:
    """Whether the catalog still knows all that has changed since these vectors were current."""
    return kept.base.generation in history and kept.generation in history
