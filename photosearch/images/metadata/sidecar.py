"""The files beside a photo that speak of it: XMP sidecars, and Google Takeout's JSON.

`photo.jpg.xmp` (darktable, digiKam) goes before `photo.xmp` (Lightroom, Apple Photos), which other
files of the same name share. Names are compared without regard to case.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from photosearch.images.metadata.sources import Told
from photosearch.images.metadata.takeout import told_by_takeout
from photosearch.images.metadata.xmp import MAX_BYTES

Names: TypeAlias = "dict[str, str]"  # lower case -> as it is written
_SUFFIXES = (".xmp", ".json")
_LISTED_FOLDERS = 16  # photos are found folder by folder
_TAKEOUT_CHARACTERS = 46  # of a name before ".json": Takeout cuts longer ones off
_TAKEOUT = ".supplemental-metadata"  # since 2024; before, nothing
_EDITED = "-edited"  # of which Takeout speaks where it speaks of the original
_MAX_JSON_BYTES = 1 << 20
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a photo."""

    packets: tuple[bytes, ...] = ()  # of XMP
    takeout: Told = field(default_factory=Told)
    favourite: bool = False  # said by Takeout


def read_beside(path: Path) -> Beside:
    """What the files beside a photo say; one that cannot be read says nothing."""
    packets, takeout, favourite = [], Told(), False
    for file in sidecars(path):
        if file.suffix.lower() == ".xmp":
            packets.append(_read(file, MAX_BYTES))
        elif takeout == Told():
            takeout, favourite = told_by_takeout(_read(file, _MAX_JSON_BYTES))
    return Beside(tuple(packets), takeout, favourite)


def sidecar_look(path: Path) -> int:
    """A number that changes when a file beside a photo comes, goes or is edited; 0 without one."""
    seen = []
    for file in sidecars(path):
        with suppress(OSError):
            status = file.stat()
            seen.append(f"{file.name}/{status.st_size}/{status.st_mtime_ns}/{status.st_ctime_ns}")
    if not seen:
        return 0
    digest = hashlib.sha256("\0".join(seen).encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:8]) >> 1 | 1  # 63 bits, as SQLite's integers


def sidecars(path: Path) -> list[Path]:
    """The files that speak of a photo, the one whose name fits best first."""
    folder, name = os.path.split(path)
    names = _names(folder)
    if not names:
        return []
    found = (names.get(wanted.lower()) for wanted in _wanted(name))
    return [Path(folder, written) for written in dict.fromkeys(found) if written]


def forget_folders() -> None:
    """Folders are listed again: their times alone may not tell that a file came."""
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
    """Of "photo(2).jpg" Takeout speaks in "photo.jpg(2).json"."""
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
