"""Finds photo files in folders, one by one, in an order that is the same on every run.

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
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from photosearch.errors import MissingExtra
from photosearch.images.formats import HEAD_BYTES, is_film, sniff
from photosearch.images.suffixes import (
    is_library,
    is_library_folder,
    is_of_interest,
    is_photo,
    is_wanted_folder,
    left_out_kind,
    live_names,
)

# The photographs among the files that the two packages install; the rest are drawings and scans.
SAMPLES = {
    "skimage": (
        "data",
        ("astronaut.png", "brick.png", "camera.png", "chelsea.png", "clock_motion.png",
         "coffee.png", "coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg", "moon.png",
         "motorcycle_left.png", "motorcycle_right.png", "page.png", "retina.jpg", "rocket.jpg"),
    ),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
}  # fmt: skip

EXCLUDED = "left out by an exclusion of this index: see photosearch status"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A photo file, a path that could not be read, or a file that is counted and not taken.

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
    """Whether a path is excluded; for a folder, with all that is in it."""

    def __call__(self, path: str, *, is_folder: bool) -> bool: ...


def find_photos(
    paths: Iterable[str | os.PathLike[str]], excluded: Excluded | None = None
) -> Iterator[FoundFile]:
    """Finds every photo in these files and folders, once each, and yields it as it is found.

    Inside folders, files are taken by their suffix (`suffixes.SUFFIXES`), by their first bytes
    where they have none; hidden ones are left out. A file that is named itself is always taken.
    Never raises OSError: whatever cannot be read is yielded with a reason, and so is a path of
    `paths` that is excluded.
    """
    walk = _Walk(excluded)
    for path in paths:
        yield from walk.root(os.path.abspath(os.fspath(path)))  # noqa: PTH100 - keeps links
    yield from walk.followed()


def sample_photos(
    *, extra: str, purpose: str, packages: Iterable[str] = tuple(SAMPLES)
) -> list[Path]:
    """Lists the sample photos inside scikit-image and scikit-learn, which are not imported.

    Raises MissingExtra, which names the extra and the purpose, if a package is not installed.
    """
    found: list[Path] = []
    for package in packages:
        folder, names = SAMPLES[package]
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise MissingExtra(extra, purpose)
        home = Path(next(iter(spec.submodule_search_locations))) / folder
        found += [home / name for name in names if (home / name).is_file()]
    return found


@dataclass
class _Walk:
    excluded: Excluded | None
    entered: set[tuple[int, int]] = field(default_factory=set)  # (device, inode) of folders
    taken: set[str] = field(default_factory=set)  # real paths of files not met by walking
    sniffed: set[str] = field(default_factory=set)  # real paths of photos told by their content
    links: list[str] = field(default_factory=list)  # met by walking, not yet followed

    def root(self, path: str) -> Iterator[FoundFile]:
        yield from self._target(path, named=True)

    def followed(self) -> Iterator[FoundFile]:
        """Follows the links, and the links found behind them, until there are no more."""
        while self.links:
            links, self.links = self.links, []
            for link in links:
                yield from self._target(link, named=False)

    def _target(self, path: str, *, named: bool) -> Iterator[FoundFile]:
        """Finds what a path leads to: the photos of a folder, or one file."""
        try:
            status = os.stat(path)  # noqa: PTH116
        except (OSError, ValueError) as error:
            if named or not self._is_excluded(path, is_folder=False):
                yield _unreadable(path, error)
            return
        if self._is_excluded(path, is_folder=stat.S_ISDIR(status.st_mode)):
            if named:
                yield FoundFile(Path(path), reason=EXCLUDED)
            return
        if stat.S_ISDIR(status.st_mode):
            if named or is_wanted_folder(os.path.realpath(path)):
                yield from self._tree(path)
        elif not stat.S_ISREG(status.st_mode):
            if named or is_photo(path):
                yield FoundFile(Path(path), reason="not a regular file")
        elif (named or is_of_interest(path)) and self._is_new(path):
            yield from [_found(path, status)] if named else _file(path, status, frozenset())

    def _is_excluded(self, path: str, *, is_folder: bool) -> bool:
        return self.excluded is not None and self.excluded(path, is_folder=is_folder)

    def _is_new(self, path: str) -> bool:
        """Whether a named file or a link's target was not, and will not be, found otherwise."""
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
        known = is_photo(name) or left_out_kind(name) is not None
        return known and (status.st_dev, status.st_ino) in self.entered

    def _tree(self, path: str) -> Iterator[FoundFile]:
        """Walks depth first with its own stack: trees may be deeper than Python's."""
        stack = [self._folder(path)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, FoundFile):
                yield item
            else:
                stack.append(self._folder(item))

    def _folder(self, path: str) -> Iterator[FoundFile | str]:
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

    def _entry(self, entry: os.DirEntry[str], live: frozenset[str]) -> Iterator[FoundFile | str]:
        try:
            if entry.is_symlink():
                self.links.append(entry.path)
            elif self._is_excluded(entry.path, is_folder=entry.is_dir(follow_symlinks=False)):
                return
            elif entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif not entry.is_file(follow_symlinks=False):
                if is_photo(entry.name):
                    yield FoundFile(Path(entry.path), reason="not a regular file")
            elif not self.taken or os.path.realpath(entry.path) not in self.taken:
                for found in _file(entry.path, entry.stat(follow_symlinks=False), live):
                    if not is_photo(entry.name) and found.kind is None:
                        self.sniffed.add(os.path.realpath(entry.path))
                    yield found
        except OSError as error:
            yield _unreadable(entry.path, error)


def _entries(path: str) -> list[os.DirEntry[str]]:
    """The entries of a folder that may matter, by the bytes of their names. Raises OSError."""
    in_library = is_library(path)
    with os.scandir(path) as entries:
        wanted = [entry for entry in entries if _is_wanted(entry, in_library)]
    return sorted(wanted, key=lambda entry: os.fsencode(entry.name))


def _is_wanted(entry: os.DirEntry[str], in_library: bool) -> bool:
    if entry.name.startswith("."):
        return False
    if in_library:
        return is_library_folder(entry.name)
    try:
        if entry.is_symlink():
            return True
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        return True  # to be reported when it is looked at again
    return is_wanted_folder(entry.name) if is_folder else is_of_interest(entry.name)


def _file(path: str, status: os.stat_result, live: frozenset[str]) -> Iterator[FoundFile]:
    """A file of a folder as a photo or as one that is counted; nothing for other files."""
    name = os.path.basename(path)  # noqa: PTH119
    kind = left_out_kind(name, live)
    if is_photo(name):
        yield _found(path, status)
    elif kind is not None:
        yield FoundFile(Path(path), kind=kind)
    elif head := _head(path):
        if sniff(head) is not None:
            yield _found(path, status)
        elif is_film(head):
            yield FoundFile(Path(path), kind="film without suffix")


def _head(path: str) -> bytes:
    """The first bytes; b"" if the file cannot be read, since it may be no photo at all."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""


def _found(path: str, status: os.stat_result) -> FoundFile:
    look = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return FoundFile(Path(path), *look)


def _unreadable(path: str, error: Exception) -> FoundFile:
    if isinstance(error, FileNotFoundError):
        link = os.path.islink(path)  # noqa: PTH114
        return FoundFile(Path(path), reason="broken link" if link else "no such file or folder")
    why = getattr(error, "strerror", None) or str(error)
    return FoundFile(Path(path), reason=f"cannot be read: {why.lower()}")
