"""Rows of the catalog to records, and back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from photosearch.types import Media, Photo, PhotoInfo

Source: TypeAlias = "str | bytes"

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
MEDIA_BITS: dict[Media, int] = {
    "live": 1,
    "panorama": 2,
    "portrait": 4,
    "screenshot": 8,
    "burst": 16,
    "video": 32,
}

INFO_COLUMNS = (
    "width, height, taken_at, utc_offset_min, latitude, longitude, camera, favourite, media"
)
INFO_VALUES = "?, ?, ?, ?, ?, ?, ?, ?, ?"
PHOTO_COLUMNS = f"id, source, size, mtime_ns, status, reason, content_hash, {INFO_COLUMNS}"


def absolute(path: str | os.PathLike[str]) -> Path:
    """Symbolic links stay as they are: a photo is known by the name under which it was found.

    Only where `..` behind a link leads elsewhere than its name says is the link resolved.
    """
    plain = Path(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps "..")
    parts = Path(path).absolute().parts
    if ".." not in parts:
        return plain
    last = len(parts) - parts[::-1].index("..")
    head = os.path.join(*parts[:last])  # noqa: PTH118 (as it is typed)
    with suppress(OSError):  # what is not there leads nowhere
        if not os.path.samefile(head, os.path.abspath(head)):  # noqa: PTH100, PTH121
            return Path(os.path.realpath(head), *parts[last:])
    return plain


def to_source(path: Path) -> Source:
    """TEXT for a name that is UTF-8, otherwise its bytes.

    A Path holds what the locale makes of a name; the catalog, which other locales read too, does
    not. So names pass between the two as the bytes that the disk has.
    """
    return _text_or_bytes(os.fsencode(path))


def to_path(source: Source) -> Path:
    return Path(os.fsdecode(source.encode() if isinstance(source, str) else source))


def _text_or_bytes(name: bytes) -> Source:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name


def inside(folder: Path) -> tuple[str, list[Source]]:
    """An SQL condition on `source` and its values: everything inside a folder, at any depth.

    TEXT sorts by its UTF-8 bytes, so a prefix is a range; names that are not UTF-8 have their own.
    """
    separator = os.sep.encode()
    low = os.fsencode(folder).rstrip(separator) + separator
    high = low[:-1] + bytes([low[-1] + 1])
    blobs: list[Source] = [low, high]
    texts = [_text_or_bytes(low), _text_or_bytes(high)]
    if isinstance(texts[0], bytes):  # then so are the names of all that is inside
        return "(source >= ? AND source < ?)", blobs
    return "((source >= ? AND source < ?) OR (source >= ? AND source < ?))", texts + blobs


def at_or_inside(paths: list[Path]) -> tuple[str, list[Source]]:
    """An SQL condition on `source` and its values: these photos, and all that is inside them."""
    parts, values = [], []
    for path in paths:
        condition, some = inside(path)
        parts.append(f"{condition} OR source = ?")
        values += [*some, to_source(path)]
    return f"({' OR '.join(parts)})", values


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


def to_info(row: Sequence[Any]) -> PhotoInfo | None:
    """INFO_COLUMNS to a record; None where the photo was never decoded."""
    width, height, taken_at, offset, latitude, longitude, camera, favourite, bits = row
    if width is None:
        return None
    taken = None if taken_at is None else _EPOCH + timedelta(microseconds=taken_at)
    media = frozenset(name for name, bit in MEDIA_BITS.items() if bits & bit)
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
