"""One writer at a time: an operating-system lock, gone with its process however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photosearch.atomic import storage_errors
from photosearch.errors import IndexLocked

FILE_NAME = "writer.lock"


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Raises IndexLocked at once if somebody else is writing; readers are never in the way."""
    from filelock import FileLock, Timeout

    lock = FileLock(directory / FILE_NAME, timeout=0)
    with storage_errors(directory):
        try:
            lock.acquire()
        except Timeout as error:  # an OSError too
            raise IndexLocked(
                f"{directory}: another process is writing to this index; "
                "searching works meanwhile, try to write again when it is done"
            ) from error
    try:
        yield
    finally:
        lock.release()
