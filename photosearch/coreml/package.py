"""Writes an .mlpackage to the disk: the same program and weights give the same bytes."""

from __future__ import annotations

import errno
import json
import uuid
from collections.abc import Mapping
from pathlib import Path

from photosearch.contract import NOTE
from photosearch.coreml.convert import Package
from photosearch.coreml.coremltools_patch import quiet
from photosearch.coreml.mil.package import read_package
from photosearch.errors import MissingExtra, PackageError, StorageError

_DATE = "com.github.apple.coremltools.conversion_date"
_NAMESPACE = uuid.UUID("5f0cf6f0-6f3e-5c1b-9d53-7d6f6f1d1c3a")  # drawn once, for the ids below


def save_package(package: Package, path: Path, notes: Mapping[str, str]) -> int:
    """Writes a package to a new directory and returns its size in bytes.

    `notes` go into its metadata, under names that start with `NOTE`. Raises StorageError
    if it cannot be written in full, or what was written cannot be read.
    """
    metadata = package.user_defined_metadata
    metadata.pop(_DATE, None)  # two runs on two days give the same bytes
    for name, value in notes.items():
        metadata[NOTE + name] = value
    expected = size_bytes(Path(package.package_path) / "Data" / "com.apple.CoreML" / "weights")
    try:
        with quiet():
            package.save(str(path))
        written = size_bytes(path / "Data" / "com.apple.CoreML" / "weights")
        if written != expected:
            raise OSError(errno.EIO, f"{written} of {expected} bytes written", str(path))
        _sort_maps(path / "Data" / "com.apple.CoreML" / "model.mlmodel")
        _fix_ids(path / "Manifest.json")
        read_package(path)
    except (StorageError, MissingExtra):
        raise
    except (OSError, PackageError) as error:
        raise StorageError(f"cannot write {path.name}: {error}") from error
    return size_bytes(path)


def size_bytes(directory: Path) -> int:
    """Of all files in a directory; 0 if there is none."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def _sort_maps(model: Path) -> None:
    """Writes maps sorted by key, where protobuf takes another order in each process."""
    from coremltools.proto.Model_pb2 import Model

    message = Model()
    message.ParseFromString(model.read_bytes())
    content = message.SerializeToString(deterministic=True)
    if model.write_bytes(content) != len(content):
        raise OSError(errno.EIO, "not written in full", str(model))


def _fix_ids(manifest: Path) -> None:
    """Gives each item an id that follows from its path, where coremltools draws one."""
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    items = raw["itemInfoEntries"]
    new = {old: str(uuid.uuid5(_NAMESPACE, item["path"])) for old, item in items.items()}
    raw["itemInfoEntries"] = {new[old]: item for old, item in items.items()}
    raw["rootModelIdentifier"] = new[raw["rootModelIdentifier"]]
    manifest.write_text(json.dumps(raw, indent=4, sort_keys=True), encoding="utf-8")
