"""Writes and reads library.json: what is true of every photo of a simulated library."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path, PurePosixPath

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError
from photosearch.records import Positive, decode_json, read_record, read_regular
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import SimulatedLibrary, SimulatedPhoto

MANIFEST = "library.json"
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class _Manifest:
    schema: Positive
    plan: LibraryPlan
    unreadable: tuple[str, ...]
    photos: tuple[SimulatedPhoto, ...]


def manifest_bytes(library: SimulatedLibrary) -> bytes:
    """The JSON document: a line for each photo, ASCII only."""
    head = json.dumps(
        {"schema": _SCHEMA, "plan": asdict(library.plan), "unreadable": library.unreadable}
    )
    rows = ",\n".join(json.dumps(asdict(photo)) for photo in library.photos)
    return f'{head[:-1]}, "photos": [\n{rows}\n]}}\n'.encode("ascii")


def write_manifest(folder: Path, library: SimulatedLibrary) -> None:
    """Raises StorageError if the disk is full or read-only."""
    with storage_errors(folder), replacing(folder / MANIFEST) as stream:
        stream.write(manifest_bytes(library))


def read_library(folder: str | PathLike[str]) -> SimulatedLibrary:
    """The library that `simulate_library` wrote into a folder; its photos are not looked at.

    Raises UsageError if there is none or `library.json` is damaged, which names the first bad
    field; StorageError if it may not be read.
    """
    path = Path(folder, MANIFEST)
    if not path.is_file():
        raise UsageError(f"{folder}: got no {MANIFEST}, expected a folder of simulate_library")
    with storage_errors(path):
        data = read_regular(path)
    raw = decode_json(data, str(path), error=UsageError)
    found = read_record(_Manifest, raw, str(path), error=UsageError)
    if found.schema != _SCHEMA:
        raise UsageError(f"{path}.schema: got {found.schema}, expected {_SCHEMA}")
    for number, photo in enumerate(found.photos):
        _check(photo, f"{path}.photos[{number}]")
    return SimulatedLibrary(Path(folder), found.plan, found.photos, found.unreadable)


def _check(photo: SimulatedPhoto, where: str) -> None:
    """Times that the calendar has, and paths inside the library: no form tells those."""
    for name in ("local_time", "written_time"):
        time = getattr(photo, name)
        try:
            datetime.fromisoformat(time or photo.local_time)
        except ValueError:
            raise UsageError(f"{where}.{name}: got {time!r}, expected a date and a time") from None
    for name in ("path", "sidecar"):
        path = PurePosixPath(getattr(photo, name) or photo.path)
        if path.is_absolute() or ".." in path.parts:
            raise UsageError(f"{where}.{name}: got {str(path)!r}, expected a path inside")
