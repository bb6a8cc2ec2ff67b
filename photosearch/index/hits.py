"""Ids and scores to hits, and a photo to the vector to search with.

Shape legend: n hits, D embedding width.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from photosearch.encoder import Encoder, Floats
from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.records import INFO_COLUMNS, absolute, to_info, to_path, to_source
from photosearch.index.vectors import Ids, decode_vectors
from photosearch.manifest import Calibration
from photosearch.types import Hit

_MOST_EXPONENT = 80.0  # exp of it is finite in float32
_ROWS = f"""SELECT id, source, {INFO_COLUMNS} FROM photos
    WHERE id IN (SELECT value FROM json_each(?))"""


def check_k(k: int) -> None:
    """Raises UsageError unless k is a whole number of at least 1."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise UsageError(f"k: got {k!r}, expected a whole number of at least 1")


def to_hits(
    catalog: Catalog, ids: Ids, scores: Floats, calibration: Calibration | None
) -> list[Hit]:
    """Ids [n] and scores [n], best first, to hits. Without calibration, confidence = score."""
    if len(ids) == 0:
        return []
    numbers = ids.tolist()
    rows = {row[0]: row for row in catalog.db.execute(_ROWS, (json.dumps(numbers),))}
    scores = np.clip(scores, -1.0, 1.0)  # SQ8's rounding may go beyond
    shares = _confidence(scores, calibration).tolist()
    return [
        Hit(rank, number, to_path(row[1]), score, share, to_info(row[2:]))
        for rank, (number, score, share) in enumerate(
            zip(numbers, scores.tolist(), shares, strict=True), 1
        )
        if (row := rows.get(number)) is not None
    ]


def _confidence(scores: Floats, calibration: Calibration | None) -> Floats:
    if calibration is None:
        return np.clip(scores, 0.0, 1.0)
    exponent = -(calibration.scale * scores + calibration.bias)
    return np.asarray(1 / (1 + np.exp(np.clip(exponent, -_MOST_EXPONENT, _MOST_EXPONENT))))


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
    key = int(photo) if by_id else to_source(absolute(photo))  # type: ignore[arg-type]
    query = f"""SELECT p.id, e.vector FROM photos p JOIN embeddings e USING (content_hash)
        WHERE p.{"id" if by_id else "source"} = ? AND p.status = 'indexed'"""
    with catalog.errors():
        row = catalog.db.execute(query, (key,)).fetchone()
    if row is not None:
        return int(row[0]), _unit(decode_vectors([row[1]], len(row[1]) // 2)[0])
    if by_id:
        raise UsageError(f"no indexed photo has the id {photo}")
    from photosearch.images.load import load_photo

    model = encoder()
    pixels = load_photo(absolute(photo), image=model.image).pixels  # type: ignore[arg-type]
    return None, model.encode_pixels(pixels[None])[0]


def _unit(vector: Floats) -> Floats:
    """fp16 rounding leaves a length of 1 ± 5e-4."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
