"""Hashes the files of a bundle and compares them with its manifest: changed, missing, extra.

Standard library only, so that hashes can be checked wherever Python runs.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from photosearch.manifest import FILE_NAME, FileEntry, file_entry
from photosearch.progress import Listener, Progress, silent

Kind = Literal[
    "changed", "missing", "extra", "swapped", "unreadable",
    "version", "shape", "space", "tokenizer", "card", "verification", "signature",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a bundle."""

    kind: Kind
    where: str  # a path inside the bundle, or a field of its manifest
    detail: str  # what was got, and what was expected

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """The files that lie in a directory, by their path in it with forward slashes."""

    entries: Mapping[str, FileEntry]
    faults: tuple[Fault, ...]  # for what is no readable file


def take_inventory(directory: Path, progress: Listener = silent) -> Inventory:
    """Hashes every file below a directory. Links are not followed: a bundle holds none."""
    paths, faults = dict(walk(directory)), []
    entries = {}
    for done, (name, path) in enumerate(sorted(paths.items())):
        progress(Progress(done, len(paths), "hashing files"))
        if path.is_symlink() or not path.is_file():
            faults.append(Fault("extra", name, "got a link or device, expected a file"))
            continue
        try:
            entries[name] = file_entry(path)
        except OSError as error:
            faults.append(Fault("unreadable", name, error.strerror or str(error)))
    progress(Progress(len(paths), len(paths), "hashing files"))
    return Inventory(entries, tuple(faults))


def walk(directory: Path) -> Iterator[tuple[str, Path]]:
    """Every file and every link below a directory: its path in it, and its path."""
    for folder, folders, files in os.walk(directory):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*files, *links):
            yield (here / name).relative_to(directory).as_posix(), here / name


def compare_files(found: Inventory, expected: Mapping[str, FileEntry]) -> tuple[Fault, ...]:
    """What differs from the manifest's list, each file named once, in the order of their names."""
    spoken_of = {fault.where for fault in found.faults}
    entries = {name: entry for name, entry in found.entries.items() if name != FILE_NAME}
    changed = {
        name: entry
        for name, entry in entries.items()
        if name in expected and entry != expected[name]
    }
    missing = [name for name in expected if name not in entries and name not in spoken_of]
    extra = [name for name in entries if name not in expected]
    owners = _owners(expected)
    faults = [
        *(_changed(name, entry, changed, expected, owners) for name, entry in changed.items()),
        *(_missing(name, expected[name], entries, extra) for name in missing),
        *(_extra(name, entries[name], owners) for name in extra),
        *found.faults,
    ]
    return tuple(sorted(faults, key=lambda fault: (fault.where, fault.kind)))


def _owners(expected: Mapping[str, FileEntry]) -> Mapping[FileEntry, list[str]]:
    """Whose contents these are, by the manifest."""
    owners = defaultdict(list)
    for name, entry in expected.items():
        owners[entry].append(name)
    return owners


def _changed(
    name: str,
    got: FileEntry,
    changed: Mapping[str, FileEntry],
    expected: Mapping[str, FileEntry],
    owners: Mapping[FileEntry, list[str]],
) -> Fault:
    """Swapped are two files that hold each other's contents."""
    theirs = owners.get(got, [])
    for other in theirs:
        if changed.get(other) == expected[name]:
            return Fault(
                "swapped", name, f"exchanged with {other}: each holds the other's contents"
            )
    if theirs:
        return Fault("changed", name, f"holds the contents of {theirs[0]}")
    return Fault("changed", name, _difference(got, expected[name]))


def _missing(
    name: str, wanted: FileEntry, entries: Mapping[str, FileEntry], extra: list[str]
) -> Fault:
    moved = [other for other in extra if entries[other] == wanted]
    return Fault("missing", name, f"its contents are in {moved[0]}" if moved else "not there")


def _extra(name: str, entry: FileEntry, owners: Mapping[FileEntry, list[str]]) -> Fault:
    theirs = owners.get(entry)
    copy = f", a copy of {theirs[0]}" if theirs else ""
    return Fault("extra", name, f"not in the manifest{copy}")


def _difference(got: FileEntry, expected: FileEntry) -> str:
    return (
        f"got sha256 {got.sha256[:12]} ({got.size_bytes} bytes), "
        f"expected {expected.sha256[:12]} ({expected.size_bytes} bytes)"
    )
