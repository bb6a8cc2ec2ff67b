"""Recognises one file under several names: links, second mounts, and names of another case.

A file is an entry of a folder: the folder's device and inode number and the name in it. So hard
links, which are entries of their own, stay photos of their own. The catalog keeps the name under
which a photo was first found, and what is found by another name is recognised as that photo.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from photosearch.index.catalog import Catalog
from photosearch.index.paths import on_disk, stored_spellings
from photosearch.index.rows import is_known, read_sources

Key: TypeAlias = tuple[int | str, ...]
_SEPARATOR = os.sep.encode()


def entry_of(path: Path) -> Key | None:
    """A key that all names of one file share; None if there is no file or no inode number."""
    try:
        status = path.stat()
        if not status.st_ino:
            return None
        key = (status.st_dev, status.st_ino)
        if status.st_nlink == 1:  # it is the only entry of this file
            return key
        real = Path(os.path.realpath(path))
        folder = real.parent.stat()
    except OSError:
        return None
    return (*key, folder.st_dev, folder.st_ino, real.name)


class KnownFolders:
    """The folders that hold the catalog's searchable photos, and the folders above them."""

    def __init__(self, catalog: Catalog) -> None:
        names = dict.fromkeys(source.rpartition(_SEPARATOR)[0] for source in read_sources(catalog))
        self._folders = dict.fromkeys(Path(os.fsdecode(name or _SEPARATOR)) for name in names)
        self._others: dict[Path, Path] = {}  # asked for, and what was answered
        self._above = dict.fromkeys(above for folder in self._folders for above in folder.parents)

    def __bool__(self) -> bool:
        return bool(self._folders)

    def folder(self, path: Path) -> Path:
        """A folder by the name under which the catalog knows it, or photos inside it."""
        if path in self._folders or path in self._above:
            return path
        return self._by_key.get(_number(path), path)

    def photo(self, path: Path) -> Path:
        """A photo by the name under which the catalog knows its folder, where it is no link."""
        folder = path.parent
        if folder not in self._folders:
            if folder not in self._others:
                self._others[folder] = self._photos_by_key.get(_number(folder), folder)
            folder = self._others[folder]
        return folder / path.name

    @cached_property
    def _by_key(self) -> dict[Key | None, Path]:
        return _by_number([*self._folders, *self._above])

    @cached_property
    def _photos_by_key(self) -> dict[Key | None, Path]:
        return _by_number([*self._folders])


def _by_number(folders: list[Path]) -> dict[Key | None, Path]:
    """The first of the folders that share a number."""
    found: dict[Key | None, Path] = {}
    for folder in folders:
        found.setdefault(_number(folder), folder)
    found.pop(None, None)
    return found


def _number(folder: Path) -> Key | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def names_of(catalog: Catalog, path: Path) -> list[Path]:
    """The names under which the catalog may know an absolute path, that itself first."""
    there = on_disk(path)
    real = Path(os.path.realpath(there))
    found = [*stored_spellings(catalog, path), *stored_spellings(catalog, real)]
    if there.exists() and not is_known(catalog, found):
        known = KnownFolders(catalog)
        found.append(known.folder(there) if there.is_dir() else known.photo(there))
    return list(dict.fromkeys(found))
