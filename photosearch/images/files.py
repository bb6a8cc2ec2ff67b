"""Reads photo files whole, once, within a limit on what all threads hold in memory together.

As many threads decode as there are cores, and what one picture takes is decided by its file: a
photo of 12 megapixels takes 50 MB in full and as much again while its colours are converted. So
they share one allowance instead of having one each.

    with FILES.room(size_bytes):       # always in this order, so that no two wait for each other
        ...                            # read the file
        with PICTURES.room(pixels):
            ...                        # decode and scale it
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from photosearch.errors import (
    ImageChanged,
    ImageError,
    ImageRefused,
    ImageTooLarge,
    UnsupportedImage,
)
from photosearch.images.formats import HEAD_BYTES, known_format

MAX_FILE_BYTES = 1 << 30
# Without O_NONBLOCK, opening a named pipe waits for ever; regular files do not mind it.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Budget:
    """Limits an amount that threads hold together: one that asks for more than is left waits.

    First come, first served, however little the later ones ask for. A request for more than the
    whole waits until nothing is held and is then granted alone. Not reentrant.
    """

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._door = threading.Lock()  # held by the first of those that wait
        self._changed = threading.Condition()

    @contextmanager
    def room(self, amount: int) -> Iterator[None]:
        """Waits for that much, holds it, and releases it at the end, after an error too."""
        amount = min(amount, self._most)
        with self._door, self._changed:
            self._changed.wait_for(lambda: self._held + amount <= self._most)
            self._held += amount
        try:
            yield
        finally:
            with self._changed:
                self._held -= amount
                self._changed.notify_all()


FILES = Budget(64 << 20)  # bytes: ten photos of cameras, or two RAW files
PICTURES = Budget(25_000_000)  # pixels: two photos of 12 megapixels, or hundreds of reduced ones


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The content of one file, and its size and modification time when it was read."""

    data: bytes
    size_bytes: int
    mtime_ns: int


def read_file(path: Path) -> FileBytes:
    """Reads a whole file, if it looks like a picture.

    Raises EmptyImage, UnsupportedImage (not a regular file, or no format that we read: then only
    its first bytes are read), ImageTooLarge (over `MAX_FILE_BYTES`), ImageChanged (size or
    modification time differ before and after), or ImageRefused (the system does not
    let it be read).
    Messages leave the path out, so that they can be counted; it is added as a note.
    """
    with _reading(path) as stream:
        before = os.fstat(stream.fileno())
        _check(before)
        head = stream.read(HEAD_BYTES)
        known_format(head)
        data = head + stream.read()
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        len(data) != after.st_size
    ):
        raise with_path(ImageChanged("the file changed while it was read: try again"), path)
    return FileBytes(data=data, size_bytes=after.st_size, mtime_ns=after.st_mtime_ns)


def first_bytes(path: Path, count: int) -> bytes:
    """The beginning of a file that looks like a picture. Raises as `read_file` does."""
    with _reading(path) as stream:
        _check(os.fstat(stream.fileno()))
        head = stream.read(count)
        known_format(head)
        return head


@contextmanager
def whole_file(path: Path) -> Iterator[FileBytes]:
    """Like `read_file`, but waits while other threads hold all bytes that `FILES` allows."""
    with FILES.room(_size_bytes(path)):
        yield read_file(path)


def with_path(error: ImageError, path: Path) -> ImageError:
    """The error with the path as a note, shown in tracebacks and not in its message."""
    error.add_note(f"photo: {os.fsencode(path).decode(errors='backslashreplace')}")
    return error


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """The file, opened; what goes wrong with it comes out as ImageError."""
    try:
        with _opened(path) as stream:
            yield stream
    except OSError as error:
        raise with_path(ImageRefused(f"cannot be read: {_why(error)}"), path) from error
    except ValueError as error:  # a NUL in the path
        raise with_path(UnsupportedImage(f"cannot be read: {_why(error)}"), path) from error
    except ImageError as error:
        raise with_path(error, path)  # noqa: B904 - it is the same error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    descriptor = os.open(path, _OPEN_FLAGS)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def _size_bytes(path: Path) -> int:
    """The size, or 0 if the system does not tell it: reading the file then says why."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnsupportedImage("not a regular file")
    if status.st_size > MAX_FILE_BYTES:
        raise ImageTooLarge(
            f"file too large: got {status.st_size >> 20} MiB, the limit is {MAX_FILE_BYTES >> 20}"
        )


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
