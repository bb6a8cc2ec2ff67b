"""Rows of the catalog as records: photos, embeddings, counts, and the space of the embeddings.

All vectors of an index belong to one space, that of the model it was made with.

Shape legend: n embeddings, D embedding width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np

from photosearch.encoder import Encoder, Floats
from photosearch.errors import IndexDamaged, UsageError, WrongSpace
from photosearch.index.catalog import Catalog
from photosearch.index.media_bits import MEDIA_BITS, media_of
from photosearch.index.paths import Source, at_or_inside, inside, to_path
from photosearch.manifest import Calibration
from photosearch.types import IndexStatus, Photo, PhotoInfo

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_BY_KIND = "SELECT kind, count(*) FROM left_out WHERE {} AND kind IS NOT NULL GROUP BY kind"
INFO_COLUMNS = (
    "width, height, taken_at, utc_offset_min, latitude, longitude, camera, favourite, media"
)
INFO_VALUES = "?, ?, ?, ?, ?, ?, ?, ?, ?"
PHOTO_COLUMNS = f"id, source, size, mtime_ns, status, reason, content_hash, {INFO_COLUMNS}"
_CHUNK = 500
# What to do about another model: that of an index, and that of a file for it.
UPGRADE = "To embed its photos with that model, and keep all else: photosearch upgrade-index"
OTHER_FILE = "Import the file into an index of its own, or export it anew after 'upgrade-index'"


def microseconds(moment: datetime) -> int:
    """A naive wall-clock time as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def info_row(info: PhotoInfo | None) -> tuple[Any, ...]:
    """Values for INFO_COLUMNS."""
    if info is None:
        return (*(None,) * 7, 0, 0)
    return (
        info.width,
        info.height,
        None if info.taken_at is None else microseconds(info.taken_at.replace(tzinfo=None)),
        info.utc_offset_min,
        info.latitude,
        info.longitude,
        info.camera,
        int(info.favourite),
        sum(MEDIA_BITS[media] for media in info.media),
    )


def _moment(taken_at: int) -> datetime | None:
    """A naive wall-clock time; None beyond the years of Python's calendar, which no run writes."""
    try:
        return _EPOCH + timedelta(microseconds=taken_at)
    except OverflowError:
        return None


def to_info(row: Sequence[Any]) -> PhotoInfo | None:
    """INFO_COLUMNS to a record; None where the photo was never decoded."""
    width, height, taken_at, offset, latitude, longitude, camera, favourite, bits = row
    if width is None:
        return None
    taken = None if taken_at is None else _moment(taken_at)
    media = media_of(bits)
    place = (latitude, longitude)
    return PhotoInfo(width, height, taken, offset, *place, camera, bool(favourite), media)


def to_photo(row: tuple[Any, ...]) -> Photo:
    """PHOTO_COLUMNS to a record."""
    number, source, size, mtime_ns, status, reason, content_hash, *info = row
    return Photo(
        id=number,
        path=to_path(source),
        size_bytes=size,
        mtime_ns=mtime_ns,
        status=status,
        reason=reason,
        info=to_info(info),
        content_hash=content_hash,
    )


def decode_vectors(blobs: list[bytes], dim: int) -> Floats:
    """Stored embeddings to float32 [n, D]. Raises IndexDamaged if one has another length."""
    if any(len(blob) != 2 * dim for blob in blobs):
        raise IndexDamaged(
            f"a stored vector is not {2 * dim} bytes long; run 'photosearch verify-index --repair'"
        )
    return np.frombuffer(b"".join(blobs), "<f2").reshape(-1, dim).astype(np.float32)


def encode_vector(vector: Floats) -> bytes:
    """float32 [D] to fp16, little-endian."""
    return vector.astype("<f2").tobytes()


def read_photos(catalog: Catalog, after: int, most: int = 500) -> list[Photo]:
    """The photos with the lowest ids above `after`, in the order of ids, whatever their status."""
    query = f"SELECT {PHOTO_COLUMNS} FROM photos WHERE id > ? ORDER BY id LIMIT ?"
    with catalog.errors():
        return [to_photo(row) for row in catalog.db.execute(query, (after, most))]


def read_details(
    catalog: Catalog, ids: Sequence[int]
) -> Iterator[tuple[int, Path, PhotoInfo | None]]:
    """Id, path and metadata of photos, in no order."""
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        query = f"SELECT id, source, {INFO_COLUMNS} FROM photos WHERE id IN ({marks})"
        for number, source, *info in catalog.db.execute(query, chunk):
            yield number, to_path(source), to_info(info)


def read_vector(
    catalog: Catalog, column: Literal["id", "source"], keys: Sequence[int | Source]
) -> tuple[int, Floats] | None:
    """Id and embedding [D] of the first indexed photo with one of these ids or sources."""
    query = f"""SELECT p.id, e.vector FROM photos p JOIN embeddings e USING (content_hash)
        WHERE p.{column} IN ({", ".join("?" * len(keys))})
        AND p.status = 'indexed' ORDER BY p.id"""
    with catalog.errors():
        row = catalog.db.execute(query, keys).fetchone()
    return (int(row[0]), decode_vectors([row[1]], len(row[1]) // 2)[0]) if row else None


def read_contents(
    catalog: Catalog, sources: Sequence[Source]
) -> dict[Source, tuple[str, str | None]]:
    """Source -> status and content hash, of those that have a row."""
    marks = ", ".join("?" * len(sources))
    query = f"SELECT source, status, content_hash FROM photos WHERE source IN ({marks})"
    rows = catalog.db.execute(query, sources)
    return {source: (status, content) for source, status, content in rows}


def read_sources(catalog: Catalog) -> Iterator[bytes]:
    """The paths of the indexed photos, as the disk has them, in the order of ids."""
    query = "SELECT CAST(source AS BLOB) FROM photos WHERE status = 'indexed' ORDER BY id"
    with catalog.errors():
        for row in catalog.db.execute(query):
            yield row[0]


def read_pending(catalog: Catalog, reason: str) -> list[Path]:
    """The paths of photos that are pending for a reason, in the order of ids."""
    query = "SELECT source FROM photos WHERE status = 'pending' AND reason = ? ORDER BY id"
    with catalog.errors():
        return [to_path(row[0]) for row in catalog.db.execute(query, (reason,))]


def is_known(catalog: Catalog, paths: list[Path]) -> bool:
    """Whether there is a row for one of these paths or for anything inside."""
    condition, values = at_or_inside(paths)
    with catalog.errors():
        query = f"SELECT 1 FROM photos WHERE {condition} LIMIT 1"
        return catalog.db.execute(query, values).fetchone() is not None


def read_status(catalog: Catalog) -> IndexStatus:
    """What the catalog tells of itself; `size_bytes` and `exclusions` are still empty."""
    by_status = "SELECT status, count(*) FROM photos GROUP BY status"
    by_reason = """SELECT reason, count(*) FROM photos WHERE status != 'indexed'
        GROUP BY reason ORDER BY count(*) DESC, reason"""
    space = read_space(catalog)
    with catalog.errors():
        counts = dict(catalog.db.execute(by_status))
        return IndexStatus(
            indexed=counts.get("indexed", 0),
            pending=counts.get("pending", 0),
            failed=counts.get("failed", 0),
            reasons=dict(catalog.db.execute(by_reason)),
            left_out=count_left_out(catalog),
            unreadable=_count_unreadable(catalog),
            dim=space.dim if space else 0,
            space=space.space if space else "",
            model=space.model if space else "",
            size_bytes=0,
            generation=catalog.generation,
        )


def count_left_out(catalog: Catalog, roots: Iterable[Path] | None = None) -> dict[str, int]:
    """Files by their kind, the most first: inside some folders, or all."""
    count: Counter[str] = Counter()
    if roots is None:
        count.update(dict(catalog.db.execute(_BY_KIND.format("1"))))
    for root in roots or ():
        condition, values = inside(root)
        count.update(dict(catalog.db.execute(_BY_KIND.format(condition), values)))
    return dict(sorted(count.items(), key=lambda item: (-item[1], item[0])))


def _count_unreadable(catalog: Catalog) -> dict[str, int]:
    """What could not be looked at, by the reason, the most first."""
    query = """SELECT reason, count(*) FROM left_out
        WHERE reason IS NOT NULL GROUP BY reason ORDER BY count(*) DESC, reason"""
    return dict(catalog.db.execute(query))


@dataclass(frozen=True, slots=True)
class Space:
    """A row of the catalog's `spaces`."""

    id: int  # 0 where it is in no catalog
    space: str  # see manifest.space_id; "<id>/<width>" for cut embeddings
    model: str  # the encoder's name
    dim: int
    calibration: Calibration


def read_space(catalog: Catalog) -> Space | None:
    """None while nothing has been indexed yet."""
    query = "SELECT id, space, model, dim, calibration_scale, calibration_bias FROM spaces"
    with catalog.errors():
        row = catalog.db.execute(query).fetchone()
    if row is None:
        return None
    number, space, model, dim, scale, bias = row
    return Space(number, space, model, dim, Calibration(scale, bias))


def encoder_space(encoder: Encoder) -> Space:
    """The space of an encoder's vectors, as no catalog has it yet."""
    return Space(0, encoder.space, encoder.name, encoder.dim, encoder.calibration)


def check_space(found: Space | None, wanted: Space, *, remedy: str = UPGRADE) -> None:
    """Raises WrongSpace, with what to do about it, if the index belongs to another model."""
    if found is not None and (found.space, found.dim) != (wanted.space, wanted.dim):
        again = "another version of it, " if wanted.model == found.model else ""
        raise WrongSpace(
            f"the index was made with {found.model} (space {found.space[:12]}…, width {found.dim}),"
            f" got {wanted.model} ({again}space {wanted.space[:12]}…, width {wanted.dim}): their"
            f" vectors cannot be compared. {remedy}"
        )


def claim_space(catalog: Catalog, wanted: Space, *, remedy: str = UPGRADE) -> Space:
    """The space of the index: the one wanted, from now on, if it has none. Raises WrongSpace."""
    with catalog.writing():
        found = read_space(catalog)
        check_space(found, wanted, remedy=remedy)
        return found or replace(wanted, id=replace_space(catalog, wanted))


def replace_space(catalog: Catalog, wanted: Space) -> int:
    """Makes a space the one of the index; returns the id of its row. Call inside `writing`.

    The id is not one that a former space had: an embedding found on an unused page is told by it.
    """
    db, calibration = catalog.db, wanted.calibration
    (number,) = db.execute("SELECT 1 + coalesce(max(id), 0) FROM spaces").fetchone()
    db.execute("DELETE FROM spaces")
    db.execute(
        "INSERT INTO spaces(id, space, model, dim, calibration_scale, calibration_bias)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (number, wanted.space, wanted.model, wanted.dim, calibration.scale, calibration.bias),
    )
    return int(number)


def load_encoder_of(space: Space | None) -> Encoder:
    """The model that an index was made with; the built-in one for an empty index.

    Raises WrongSpace if there is only another version of it, BundleError or ModelError if none.
    """
    encoder = load_successor_of(space)
    check_space(space, encoder_space(encoder))
    return encoder


def load_successor_of(space: Space | None) -> Encoder:
    """The model at hand that has the name of an index's model, of the same width if it was cut."""
    from photosearch.models import load_encoder

    if space is None:
        return load_encoder()
    is_cut = "/" in space.space  # see encoder.named_space
    with suppress(UsageError):  # another version may have other widths
        return load_encoder(space.model, width=space.dim if is_cut else None)
    return load_encoder(space.model)
