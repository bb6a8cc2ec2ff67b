"""Folders to photo files, one by one, in an order that is the same on every run.

Folders are walked depth first, names sorted by their bytes. Links are followed last, after all
the roots, so that a photo is found under its own path wherever that lies inside the roots; what
a link leads to is taken only if nothing else led there. A folder is known by its device and inode
number and entered once, which ends every loop. Memory holds the names of one folder at a time,
the folders entered and the links.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from photosearch.images.contents import is_film
from photosearch.images.formats import HEAD_BYTES, sniff
from photosearch.images.suffixes import SUFFIXES, is_untold, left_out_kind, live_names

# Folders of other programs that hold no photos of the user's own, lower case
_SKIPPED_NAMES = frozenset(
    ("$recycle.bin", "@eadir", "__macosx", "lost+found", "system volume information")
)
_PACKAGES = """
    .app .bundle .fcpbundle .framework .imovielibrary .lrdata .lrlibrary .musiclibrary
    .photoindex .photomodel .tvlibrary
"""
_SKIPPED_SUFFIXES = frozenset(_PACKAGES.split())
# macOS photo libraries: of their many folders only these hold the photos themselves
_LIBRARY_SUFFIXES = frozenset(
    (".aplibrary", ".migratedphotolibrary", ".photolibrary", ".photoslibrary")
)
_LIBRARY_FOLDERS = frozenset(("masters", "originals"))


EXCLUDED = "left out by an exclusion of this index: see photosearch status"


@dataclass(frozen=True, slots=True)
class Found:
    """A photo file, a place that could not be looked at, or a file that is counted and not taken.

    Nothing is known about what lies at or below a path with a `reason`: photos recorded there
    must not be taken for vanished. A `kind` says what a file is that looks like a photo or film
    and is not taken: its suffix in capitals, "Live Photo" before it for the film of one.
    """

    path: Path  # absolute, links kept; names that are not UTF-8 as surrogate escapes
    size_bytes: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0  # of the last change of anything; on Windows, when it was made
    inode: int = 0
    reason: str | None = None
    kind: str | None = None


class Excluded(Protocol):
    """Says of a path whether it is left out, and of a folder, all that is in it."""

    def __call__(self, path: str, *, is_folder: bool) -> bool: ...


def find_photos(
    paths: Iterable[str | os.PathLike[str]], excluded: Excluded | None = None
) -> Iterator[Found]:
    """Every photo in these files and folders, once each, as they are found.

    Inside folders, files are taken by their suffix (`suffixes.SUFFIXES`), by their first bytes
    where they have none; hidden ones are left out. A file that is named itself is always taken.
    Never raises OSError: whatever cannot be read is yielded with a reason, and so is a path of
    `paths` that is excluded.
    """
    walk = _Walk(excluded)
    for path in paths:
        yield from walk.root(os.path.abspath(os.fspath(path)))  # noqa: PTH100 - keeps links
    yield from walk.followed()


@dataclass
class _Walk:
    excluded: Excluded | None
    entered: set[tuple[int, int]] = field(default_factory=set)  # (device, inode) of folders
    taken: set[str] = field(default_factory=set)  # real paths of files not met by walking
    sniffed: set[str] = field(default_factory=set)  # real paths of photos told by their content
    links: list[str] = field(default_factory=list)  # met by walking, not yet followed

    def root(self, path: str) -> Iterator[Found]:
        yield from self._target(path, named=True)

    def followed(self) -> Iterator[Found]:
        """The links, and the links found behind them, until there are no more."""
        while self.links:
            links, self.links = self.links, []
            for link in links:
                yield from self._target(link, named=False)

    def _target(self, path: str, *, named: bool) -> Iterator[Found]:
        """What lies at a path after all links: a folder's photos, or one file."""
        try:
            status = os.stat(path)  # noqa: PTH116
        except (OSError, ValueError) as error:
            if named or not self._is_excluded(path, is_folder=False):
                yield _unreadable(path, error)
            return
        if self._is_excluded(path, is_folder=stat.S_ISDIR(status.st_mode)):
            if named:
                yield Found(Path(path), reason=EXCLUDED)
            return
        if stat.S_ISDIR(status.st_mode):
            if named or _is_wanted_folder(os.path.realpath(path)):
                yield from self._tree(path)
        elif not stat.S_ISREG(status.st_mode):
            if named or _is_photo(path):
                yield Found(Path(path), reason="not a regular file")
        elif (named or _is_of_interest(path)) and self._is_new(path):
            yield from [_found(path, status)] if named else _file(path, status, frozenset())

    def _is_excluded(self, path: str, *, is_folder: bool) -> bool:
        return self.excluded is not None and self.excluded(path, is_folder=is_folder)

    def _is_new(self, path: str) -> bool:
        """Whether a named file or a link's target has not been, and will not be, met elsewhere."""
        real = os.path.realpath(path)
        if real in self.taken or real in self.sniffed or self._is_walked(real):
            return False
        self.taken.add(real)
        return True

    def _is_walked(self, real: str) -> bool:
        folder, name = os.path.split(real)
        try:
            status = os.stat(folder)  # noqa: PTH116
        except OSError:
            return False
        known = _is_photo(name) or left_out_kind(name) is not None
        return known and (status.st_dev, status.st_ino) in self.entered

    def _tree(self, path: str) -> Iterator[Found]:
        """Depth first, with a stack of our own: trees may be deeper than Python's."""
        stack = [self._folder(path)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, Found):
                yield item
            else:
                stack.append(self._folder(item))

    def _folder(self, path: str) -> Iterator[Found | str]:
        """One folder's photos, and the paths of the folders in it, in order."""
        try:
            if not self._enter(path):
                return
            entries = _entries(path)
        except OSError as error:
            yield _unreadable(path, error)
            return
        live = live_names(entry.name for entry in entries)
        for entry in entries:
            yield from self._entry(entry, live)

    def _enter(self, path: str) -> bool:
        status = os.stat(path)  # noqa: PTH116
        key = (status.st_dev, status.st_ino)
        if key in self.entered:
            return False
        self.entered.add(key)
        return True

    def _entry(self, entry: os.DirEntry[str], live: frozenset[str]) -> Iterator[Found | str]:
        try:
            if entry.is_symlink():
                self.links.append(entry.path)
            elif self._is_excluded(entry.path, is_folder=entry.is_dir(follow_symlinks=False)):
                return
            elif entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif not entry.is_file(follow_symlinks=False):
                if _is_photo(entry.name):
                    yield Found(Path(entry.path), reason="not a regular file")
            elif not self.taken or os.path.realpath(entry.path) not in self.taken:
                for found in _file(entry.path, entry.stat(follow_symlinks=False), live):
                    if not _is_photo(entry.name) and found.kind is None:
                        self.sniffed.add(os.path.realpath(entry.path))
                    yield found
        except OSError as error:
            yield _unreadable(entry.path, error)


def _entries(path: str) -> list[os.DirEntry[str]]:
    """What may be of interest in a folder, sorted by the names' bytes. Raises OSError."""
    in_library = _suffix(path) in _LIBRARY_SUFFIXES
    with os.scandir(path) as entries:
        wanted = [entry for entry in entries if _is_wanted(entry, in_library)]
    return sorted(wanted, key=lambda entry: os.fsencode(entry.name))


def _is_wanted(entry: os.DirEntry[str], in_library: bool) -> bool:
    if entry.name.startswith("."):
        return False
    if in_library:
        return entry.name.lower() in _LIBRARY_FOLDERS
    try:
        if entry.is_symlink():
            return True
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        return True  # to be reported when it is looked at again
    return _is_wanted_folder(entry.name) if is_folder else _is_of_interest(entry.name)


def _is_wanted_folder(path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119
    return name.lower() not in _SKIPPED_NAMES and _suffix(name) not in _SKIPPED_SUFFIXES


def _is_photo(path: str) -> bool:
    return not os.path.basename(path).startswith(".") and _suffix(path) in SUFFIXES  # noqa: PTH119


def _is_of_interest(path: str) -> bool:
    """Whether it is taken, counted, or to be looked into."""
    name = os.path.basename(path)  # noqa: PTH119
    if name.startswith("."):
        return False
    return _is_photo(name) or is_untold(name) or left_out_kind(name) is not None


def _file(path: str, status: os.stat_result, live: frozenset[str]) -> Iterator[Found]:
    """A file of a folder: a photo, one that is counted, or nothing."""
    name = os.path.basename(path)  # noqa: PTH119
    kind = left_out_kind(name, live)
    if _is_photo(name):
        yield _found(path, status)
    elif kind is not None:
        yield Found(Path(path), kind=kind)
    elif head := _head(path):
        if sniff(head) is not None:
            yield _found(path, status)
        elif is_film(head):
            yield Found(Path(path), kind="film without suffix")


def _head(path: str) -> bytes:
    """The first bytes; none of a file that cannot be read, which need not be a photo."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122


def _found(path: str, status: os.stat_result) -> Found:
    look = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return Found(Path(path), *look)


def _unreadable(path: str, error: Exception) -> Found:
    if isinstance(error, FileNotFoundError):
        link = os.path.islink(path)  # noqa: PTH114
        return Found(Path(path), reason="broken link" if link else "no such file or folder")
    why = getattr(error, "strerror", None) or str(error)
    return Found(Path(path), reason=f"cannot be read: {why.lower()}")
