"""Names of files that a package gives: they are not to be trusted."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from photosearch.errors import PackageError


def inside(folder: Path, name: str) -> Path:
    """The file of that relative name. Raises PackageError if it could lie outside the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or not name.isprintable():
        raise PackageError(f"path {name!r} leaves the package")
    return folder / path
