"""One file to bytes, read once and known not to have changed meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from photosearch.errors import (
    EmptyImage,
    ImageChanged,
    ImageError,
    ImageRefused,
    ImageTooLarge,
    UnsupportedImage,
)
from photosearch.images.budget import FILES
from photosearch.images.contents import content_name
from photosearch.images.formats import HEAD_BYTES, Format, sniff

MAX_FILE_BYTES = 1 << 30
# Without O_NONBLOCK, opening a named pipe waits for ever; regular files do not mind it.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class FileBytes:
    data: bytes
    size_bytes: int
    mtime_ns: int


def read_file(path: Path) -> FileBytes:
    """The whole file, if it looks like a picture.

    Raises EmptyImage, UnsupportedImage (not a regular file, or no format that we read: then only
    its first bytes are read), ImageTooLarge (over `MAX_FILE_BYTES`), ImageChanged (size or
    modification time differ before and after), or ImageRefused (the system does not
    let it be read).
    Messages leave the path out, so that they can be counted; it is added as a note.
    """
    try:
        with _opened(path) as stream:
            before = os.fstat(stream.fileno())
            _check(before)
            head = stream.read(HEAD_BYTES)
            known_format(head)
            data = head + stream.read()
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise noted(ImageRefused(f"cannot be read: {_why(error)}"), path) from error
    except ValueError as error:  # a NUL in the path
        raise noted(UnsupportedImage(f"cannot be read: {_why(error)}"), path) from error
    except ImageError as error:
        raise noted(error, path)  # noqa: B904 - it is the same error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        len(data) != after.st_size
    ):
        raise noted(ImageChanged("the file changed while it was read: try again"), path)
    return FileBytes(data=data, size_bytes=after.st_size, mtime_ns=after.st_mtime_ns)


@contextmanager
def whole_file(path: Path) -> Iterator[FileBytes]:
    """`read_file`, which waits while other threads hold as many bytes as `budget.FILES` allows."""
    with FILES.room(_size_bytes(path)):
        yield read_file(path)


def known_format(head: bytes) -> Format:
    """The format of a file that begins so. Raises EmptyImage or UnsupportedImage."""
    if not head:
        raise EmptyImage("empty: got 0 bytes, expected a picture")
    name = sniff(head)
    if name is None:
        what = content_name(head) or f"a file that begins with {head[:4].hex()}"
        raise UnsupportedImage(
            f"not a picture: got {what},"
            " expected AVIF, BMP, GIF, HEIF, JPEG, PNG, RAW, TIFF or WebP"
        )
    return name


def noted(error: ImageError, path: Path) -> ImageError:
    """The error with the path as a note, shown in tracebacks and not in its message."""
    error.add_note(f"photo: {os.fsencode(path).decode(errors='backslashreplace')}")
    return error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    descriptor = os.open(path, _OPEN_FLAGS)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def _size_bytes(path: Path) -> int:
    """0 if the system does not tell: reading the file says why."""
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
