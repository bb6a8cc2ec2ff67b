"""Where an index lies, and what a folder must look like to be one."""

from __future__ import annotations

from pathlib import Path

from photosearch.atomic import storage_errors
from photosearch.errors import IndexDamaged, IndexMissing, UsageError
from photosearch.index import catalog, lock, vector_file
from photosearch.index.create import create_catalog

# also the beginnings of temporary files that a killed process may have left
_OURS = (catalog.FILE_NAME, vector_file.FILE_NAME, lock.FILE_NAME)


def default_directory() -> Path:
    """Where the platform keeps a user's data: `<user data>/photosearch/default.photoindex`."""
    from platformdirs import user_data_path

    return user_data_path("photosearch", appauthor=False) / "default.photoindex"


def prepare_directory(directory: Path, *, create: bool, kind: str) -> Path:
    """The path of the catalog, which exists afterwards.

    Raises IndexMissing, IndexDamaged if only the catalog is missing, UsageError for a folder of
    other things, or StorageError.
    """
    path = directory / catalog.FILE_NAME
    with storage_errors(directory):
        if path.exists():
            return path
        if directory.exists() and not directory.is_dir():
            raise UsageError(f"{directory}: got a file, expected the folder of a photo index")
        names = {entry.name for entry in directory.iterdir()} if directory.is_dir() else set()
    if vector_file.FILE_NAME in names:
        raise IndexDamaged(
            f"{path} is missing: it holds the names of the photos. Restore it from a backup, or "
            f"delete {directory} and index again"
        )
    if not create:
        raise IndexMissing(f"no photo index at {directory}: make one with 'photosearch index'")
    others = [name for name in names if not name.startswith(_OURS)]
    if others:
        raise UsageError(
            f"{directory} holds other files ({min(others)}, …) and no photo index: "
            "choose an empty or a new folder for the index"
        )
    with storage_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    create_catalog(path, kind=kind)
    return path
