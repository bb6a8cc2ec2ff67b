"""Reads the files beside a photo that describe it: XMP sidecars, and Google Takeout's JSON.

`photo.jpg.xmp` (darktable, digiKam) goes before `photo.xmp` (Lightroom, Apple Photos), which other
files of the same name share. Names are compared without regard to case.

Of Takeout's JSON there is no specification. As exports have it: `photoTakenTime.timestamp`, seconds
since 1970 in UTC as text; `geoData` with decimal degrees, 0 and 0 for none; `favorited`;
`description`; `people` with a `name` each; `title`, which is a name of a file for most. The local
time is not recorded: the date is given in UTC and says so by an offset of 0.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from photosearch.images.metadata.fields import (
    LATITUDE,
    LONGITUDE,
    Fields,
    Moment,
    Place,
    degrees_from_number,
    make_place,
)
from photosearch.images.metadata.texts import make_texts
from photosearch.images.metadata.xmp import MAX_BYTES
from photosearch.types import PhotoTexts

Names: TypeAlias = "dict[str, str]"  # lower case -> as it is written
_SUFFIXES = (".xmp", ".json")
_LISTED_FOLDERS = 16  # in the cache; photos are found folder by folder
_TAKEOUT_CHARACTERS = 46  # of a name before ".json": Takeout cuts longer ones off
_TAKEOUT = ".supplemental-metadata"  # since 2024; before, nothing
_EDITED = "-edited"  # of an edited copy: Takeout describes it with the original's JSON
_MAX_JSON_BYTES = 1 << 20
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_EPOCH = datetime(1970, 1, 1)
_FILE_NAME = re.compile(r".*\.[A-Za-z0-9]{2,5}")
_MOST_PEOPLE = 1000  # that are looked at


@dataclass(frozen=True, slots=True)
class Sidecars:
    """What the files beside a photo say of it."""

    packets: tuple[bytes, ...] = ()  # of XMP
    takeout: Fields = field(default_factory=Fields)
    favourite: bool = False  # in Takeout
    texts: PhotoTexts = field(default_factory=PhotoTexts)  # in Takeout


def read_sidecars(path: Path) -> Sidecars:
    """Reads the files beside a photo; one that cannot be read is as one that is empty."""
    packets, takeout, favourite, texts = [], Fields(), False, PhotoTexts()
    for file in sidecar_paths(path):
        if file.suffix.lower() == ".xmp":
            packets.append(_read(file, MAX_BYTES))
        elif takeout == Fields():
            data = _read(file, _MAX_JSON_BYTES)
            takeout, favourite = takeout_fields(data)
            texts = takeout_texts(data)
    return Sidecars(tuple(packets), takeout, favourite, texts)


def sidecar_fingerprint(path: Path) -> int:
    """A number that changes when a sidecar is added, removed or edited; 0 without one."""
    seen = []
    for file in sidecar_paths(path):
        with suppress(OSError):
            status = file.stat()
            seen.append(f"{file.name}/{status.st_size}/{status.st_mtime_ns}/{status.st_ctime_ns}")
    if not seen:
        return 0
    digest = hashlib.sha256("\0".join(seen).encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:8]) >> 1 | 1  # 63 bits, as SQLite's integers


def sidecar_paths(path: Path) -> list[Path]:
    """The sidecars of a photo, the one whose name fits best first."""
    folder, name = os.path.split(path)
    names = _names(folder)
    if not names:
        return []
    found = (names.get(wanted.lower()) for wanted in _wanted(name))
    return [Path(folder, written) for written in dict.fromkeys(found) if written]


def forget_listings() -> None:
    """Drops the cached listings of folders, whose modification times alone may miss a new file."""
    _listed.cache_clear()


def _wanted(name: str) -> list[str]:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - the name may end with a dot
    wanted = [f"{name}.xmp", f"{stem}.xmp"]
    original = stem.removesuffix(_EDITED) + suffix
    for whole, number in dict.fromkeys(((name, ""), *_numbered(stem, suffix), (original, ""))):
        wanted.append(f"{whole}{number}.json")
        wanted.append(f"{(whole + _TAKEOUT)[:_TAKEOUT_CHARACTERS]}{number}.json")
        wanted.append(f"{whole[:_TAKEOUT_CHARACTERS]}{number}.json")
    return wanted


def _numbered(stem: str, suffix: str) -> list[tuple[str, str]]:
    """Takeout describes "photo(2).jpg" in "photo.jpg(2).json"."""
    start, opened, number = stem.rpartition("(")
    if not opened or not number.endswith(")") or not number[:-1].isdigit():
        return []
    return [(start + suffix, f"({number}")]


def _names(folder: str) -> Names:
    try:
        return _listed(folder, os.stat(folder or ".").st_mtime_ns)  # noqa: PTH116
    except (OSError, ValueError):
        return {}


@lru_cache(_LISTED_FOLDERS)
def _listed(folder: str, _mtime_ns: int) -> Names:
    """The sidecars in a folder. Of names that differ only in case, the first by its bytes."""
    with os.scandir(folder or ".") as entries:
        names = [entry.name for entry in entries if entry.name.lower().endswith(_SUFFIXES)]
    return {name.lower(): name for name in sorted(names, reverse=True)}


def _read(path: Path, limit: int) -> bytes:
    """The beginning of a regular file; b"" of anything else."""
    with suppress(OSError), os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as stream:
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return stream.read(limit)
    return b""


def takeout_fields(data: bytes) -> tuple[Fields, bool]:
    """Date and place of Takeout's JSON, and whether it is a favourite; empty for other JSON."""
    fields = _takeout(data)
    if not fields:
        return Fields(), False
    found = Fields(
        instant=_instant(fields["photoTakenTime"].get("timestamp")),
        place=_place(fields.get("geoData")) or _place(fields.get("geoDataExif")),
    )
    return found, fields.get("favorited") is True


def takeout_texts(data: bytes) -> PhotoTexts:
    """The words of Takeout's JSON; empty for other JSON. A title that names a file is none."""
    fields = _takeout(data)
    title, people = _string(fields.get("title")), fields.get("people")
    names = [
        _string(person.get("name"))
        for person in (people[:_MOST_PEOPLE] if isinstance(people, list) else ())
        if isinstance(person, dict)
    ]
    return make_texts(
        titles=[] if _FILE_NAME.fullmatch(title) else [title],
        descriptions=[_string(fields.get("description"))],
        people=names,
    )


def _takeout(data: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    is_takeout = isinstance(fields, dict) and isinstance(fields.get("photoTakenTime"), dict)
    return fields if is_takeout else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _instant(timestamp: Any) -> Moment | None:
    with suppress(ValueError, TypeError, OverflowError):
        seconds = int(timestamp)
        return Moment(_EPOCH + timedelta(seconds=seconds), 0) if seconds else None
    return None


def _place(fields: Any) -> Place | None:
    if not isinstance(fields, dict):
        return None
    latitude = degrees_from_number(fields.get("latitude"), LATITUDE)
    return make_place(latitude, degrees_from_number(fields.get("longitude"), LONGITUDE))
