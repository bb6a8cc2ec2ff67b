"""Whether a file is gone, and the size of the files in a folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


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
