"""Files that are never seen half written, and disk errors that a person understands."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from photosearch.errors import StorageError

_TEMPORARY = ".tmp"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """OSError (disk full, read-only, not permitted) to StorageError with the path and the cause."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        cause = error.strerror or str(error)
        raise StorageError(f"{path}: {cause}; what was committed before is kept") from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when it is complete and on the disk.

    Only one writer at a time may do this: what killed ones left behind is swept up first.
    """
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*{_TEMPORARY}"):
        leftover.unlink(missing_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def gone(path: Path) -> bool:
    """True only if nothing is there for certain: no permission or a bad disk is no proof."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def sync_file(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Makes a rename survive a power cut. Not every platform can open a folder."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def folder_bytes(folder: Path) -> int:
    """The size of the files directly inside, in bytes; one that goes away meanwhile counts 0."""
    total = 0
    for entry in folder.iterdir():
        with suppress(OSError):
            total += entry.stat().st_size
    return total
