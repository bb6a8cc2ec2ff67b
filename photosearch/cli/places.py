"""Opening the index that `--index` names, or the default one of this user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.index.store import PhotoIndex


def default_index() -> Path:
    """Where this platform keeps a user's application data."""
    from platformdirs import user_data_path

    return user_data_path("photosearch", appauthor=False) / "default.photoindex"


def open_index(directory: Path | None) -> PhotoIndex:
    """An index that exists. Raises IndexMissing where there is none."""
    from photosearch.index.store import PhotoIndex

    return PhotoIndex.open(directory or default_index(), create=False)
