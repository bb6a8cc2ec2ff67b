"""Ids and scores to hits, and a photo to the vector to search with.

Shape legend: D embedding width.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from photosearch.encoder import Encoder, Floats
from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.exact_scores import unit
from photosearch.index.identity import names_of
from photosearch.index.rows import INFO_COLUMNS, Source, absolute, to_info, to_path, to_source
from photosearch.index.spellings import on_disk
from photosearch.index.vector_file import decode_vectors
from photosearch.manifest import Calibration
from photosearch.types import Hit, PhotoInfo

_MOST_EXPONENT = 700.0  # exp of it is finite
_REMEMBERED = 16_384  # photos, about 1 kB each
_CHUNK = 500


def check_k(k: int) -> None:
    """Raises UsageError unless k is a whole number of at least 1."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise UsageError(f"k: got {k!r}, expected a whole number of at least 1")


class Names:
    """What a hit says of a photo besides its score, remembered while the catalog stays the same.

    Queries that are typed letter by letter find mostly the same photos again.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._generation = -1
        self._known: dict[int, tuple[Path, PhotoInfo | None]] = {}

    def hits(
        self, ids: list[int], scores: list[float], generation: int, calibration: Calibration | None
    ) -> list[Hit]:
        """Best first, for ids of that generation. Without calibration, no confidence."""
        if self._generation != generation or len(self._known) > _REMEMBERED:
            self._generation, self._known = generation, {}
        known = self._known
        self._read([number for number in ids if number not in known])
        results = []
        for rank, (number, score) in enumerate(zip(ids, scores, strict=True), 1):
            path, info = known[number]
            near = min(max(score, -1.0), 1.0)  # the rounding of SQ8 may go beyond
            results.append(Hit(rank, number, path, near, _confidence(near, calibration), info))
        return results

    def _read(self, ids: list[int]) -> None:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            places = ",".join("?" * len(chunk))
            query = f"SELECT id, source, {INFO_COLUMNS} FROM photos WHERE id IN ({places})"
            for number, source, *info in self._catalog.db.execute(query, chunk):
                self._known[number] = (to_path(source), to_info(info))


def _confidence(score: float, calibration: Calibration | None) -> float | None:
    if calibration is None:
        return None
    exponent = -(calibration.scale * score + calibration.bias)
    return 1 / (1 + math.exp(min(max(exponent, -_MOST_EXPONENT), _MOST_EXPONENT)))


def without(hits: list[Hit], number: int | None) -> list[Hit]:
    """All but one photo, ranked anew."""
    rest = [hit for hit in hits if hit.id != number]
    return [replace(hit, rank=rank) for rank, hit in enumerate(rest, 1)]


def photo_vector(
    catalog: Catalog, photo: int | str | os.PathLike[str], encoder: Callable[[], Encoder]
) -> tuple[int | None, Floats]:
    """A photo's id (None if it is not in the index) and unit vector [D].

    Raises UsageError for an id that is not there, ImageError for a file that cannot be read.
    """
    by_id = isinstance(photo, int | np.integer)
    keys = [int(photo)] if by_id else _sources(catalog, photo)  # type: ignore[arg-type]
    query = f"""SELECT p.id, e.vector FROM photos p JOIN embeddings e USING (content_hash)
        WHERE p.{"id" if by_id else "source"} IN ({", ".join("?" * len(keys))})
        AND p.status = 'indexed' ORDER BY p.id"""
    with catalog.errors():
        row = catalog.db.execute(query, keys).fetchone()
    if row is not None:
        return int(row[0]), unit(decode_vectors([row[1]], len(row[1]) // 2)[0])
    if by_id:
        raise UsageError(f"no indexed photo has the id {photo}")
    from photosearch.images.load import load_photo

    model = encoder()
    path = on_disk(absolute(photo))  # type: ignore[arg-type]
    pixels = load_photo(path, image=model.image).pixels
    return None, model.encode_pixels(pixels[None])[0]


def _sources(catalog: Catalog, photo: str | os.PathLike[str]) -> list[Source]:
    return [to_source(path) for path in names_of(catalog, absolute(photo))]
