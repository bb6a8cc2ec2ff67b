"""Opening the index that `--index` names, or the default one of this user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.index.store import PhotoIndex


def index_directory(given: Path | None) -> Path:
    """The folder of the index: the one given, or this user's own."""
    if given is not None:
        return given.expanduser().absolute()
    from photosearch.index.directory import default_directory

    return default_directory()


def open_index(given: Path | None) -> PhotoIndex:
    """An index that exists. Raises IndexMissing where there is none."""
    from photosearch.index.store import PhotoIndex

    return PhotoIndex.open(index_directory(given), create=False)
