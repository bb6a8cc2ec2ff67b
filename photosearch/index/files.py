"""What becomes of files: gone or not, their sizes, and disk errors that a person understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from photosearch.errors import StorageError


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """OSError (disk full, read-only, not permitted) to StorageError with the path and the cause."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        cause = error.strerror or str(error)
        raise StorageError(f"{path}: {cause}") from error


def gone(path: Path) -> bool:
    """True only if nothing is there for certain: no permission or a bad disk is no proof."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def folder_bytes(folder: Path) -> int:
    """The size of the files directly inside, in bytes; one that goes away meanwhile counts 0."""
    total = 0
    for entry in folder.iterdir():
        with suppress(OSError):
            total += entry.stat().st_size
    return total
