"""A directory that appears only when all of it is written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photosearch.errors import StorageError, UsageError


@contextmanager
def new_directory(out: Path) -> Iterator[Path]:
    """A directory beside `out` that takes its name at the end, or is removed.

    Raises UsageError if `out` exists, StorageError if it cannot be written.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists: got a place that is taken, expected a new one")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise StorageError(f"cannot write to {out.parent}: {error.strerror or error}") from error
    try:
        yield partial
        partial.chmod(0o755)  # mkdtemp keeps others out
        os.rename(partial, out)  # noqa: PTH104 (Path.rename would replace an empty directory too)
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {out}: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
