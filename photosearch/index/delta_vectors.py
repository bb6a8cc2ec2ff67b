"""What a search scans: the vectors of an earlier generation, brought up to date.

Shape legend: N photos of that generation, D embedding width.
"""

from __future__ import annotations

import numpy as np

from photosearch.encoder import Floats
from photosearch.index.catalog import Catalog
from photosearch.index.exact_scores import faiss_module
from photosearch.index.nearest import Ids
from photosearch.index.vector_file import Vectors, empty_index, read_chunks

_ADDED = """
SELECT p.id, e.vector FROM photos p INDEXED BY photos_by_since
CROSS JOIN embeddings e ON e.content_hash = p.content_hash
WHERE p.status = 'indexed' AND p.since > ? ORDER BY p.id"""
_LEAST_SPARE = 16  # photos
_GONE = "SELECT id FROM tombstones WHERE generation > ?"


class Layers:
    """A base, less what is gone since, and exactly what was added since."""

    def __init__(self, base: Vectors) -> None:
        self.base = base
        self.generation = base.generation  # of the catalog, up to which they are brought
        self._added = Vectors(empty_index("SQfp16", base.dim), base.generation)
        self._added_ids: Ids = np.empty(0, np.int64)  # ascending
        self._gone: set[int] = set()
        self._present = np.ones(0, np.bool_)  # [N], by place, once anything is gone

    def catch_up(self, catalog: Catalog, generation: int) -> None:
        """Reads what has changed up to the catalog's present generation, and nothing else."""
        if generation == self.generation:
            return
        with catalog.errors():
            cursor = catalog.db.execute(_GONE, (self.generation,))
            gone = np.fromiter((row[0] for row in cursor), np.int64)
        if len(gone):
            self._remove(gone)
        for ids, vectors in read_chunks(catalog, self.base.dim, _ADDED, (self.generation,)):
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
        """Of the base. A few more and then without what is gone: that costs less than to ask of
        every vector whether it is; which is done where too much of what is near is gone."""
        spare = min(len(self._gone), max(k, _LEAST_SPARE))
        found = self.base.nearest(vector, k + spare)
        if not spare:
            return found
        kept = [pair for pair in zip(*found, strict=True) if pair[0] not in self._gone][:k]
        if len(kept) < k and k + spare < self.base.count:
            return self.base.nearest(vector, k, present=self._present)
        return [number for number, _ in kept], [score for _, score in kept]


def _split(allowed: Ids, added: Ids) -> tuple[Ids, Ids]:
    """Those of the allowed that were added, and the others; all ascending."""
    if not len(added):
        return added, allowed
    places = np.searchsorted(allowed, added)
    found = places < len(allowed)
    found[found] = allowed[places[found]] == added[found]
    return added[found], np.delete(allowed, places[found])


def _merge(
    old: tuple[list[int], list[float]], new: tuple[list[int], list[float]], k: int
) -> tuple[list[int], list[float]]:
    pairs = [*zip(*old, strict=True), *zip(*new, strict=True)]
    best = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
    return [number for number, _ in best], [score for _, score in best]
