"""Places that appear only when all of what they hold is written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photosearch.atomic import sync_all, sync_folder
from photosearch.errors import StorageError, UsageError


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """A folder beside `out`, in which it is made; what is still there at the end goes.

    Raises UsageError if `out` exists, StorageError if it cannot be written.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists: got a place that is taken, expected a new one")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shop = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise StorageError(f"cannot write to {out.parent}: {error.strerror or error}") from error
    try:
        yield shop
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {out}: {error}") from error
    finally:
        shutil.rmtree(shop, ignore_errors=True)


@contextmanager
def new_directory(out: Path) -> Iterator[Path]:
    """A workshop that itself takes the name `out` at the end, unless something was raised."""
    with workshop(out) as partial:
        yield partial
        partial.chmod(0o755)  # mkdtemp keeps others out
        sync_all(partial)
        os.rename(partial, out)  # noqa: PTH104 (Path.rename would replace an empty directory too)
        sync_folder(out.parent)
