"""Builds a model bundle, which Python and Swift read, from an export.

<name>-<version>.photomodel/
  manifest.json                      the contract, with every other file's SHA-256 and size
  image.mlpackage  text.mlpackage    the two towers, for Apple's systems
  tokenizer/                         the source's own files
  weights.safetensors                the towers for Python; the built-in architecture only
  MODEL_CARD.md                      data, terms, metrics, limits
  verification.json                  that the packages find what the model finds

No weight is there twice. Where there are weights for Python, Swift's own encoder reads those of
the text tower too: the text package, though verified, is left out. Those of the image tower are
read from its package, as far as they lie there (`share`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from photosearch.atomic import new_folder
from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.model_metadata import Model
from photosearch.bundle.packages import ports
from photosearch.bundle.share import share_weights
from photosearch.contract import CONSTANTS, IMAGE, TEXT, TOKENIZER, VERIFICATION
from photosearch.coreml import ExportRecord, read_package
from photosearch.coreml.record import require_export_record
from photosearch.errors import BundleError
from photosearch.manifest import (
    FileEntry,
    Manifest,
    Packages,
    PackageSpec,
    read_manifest,
    write_manifest,
)
from photosearch.models.bundle_io import CARD, WEIGHTS
from photosearch.progress import Listener, silent


def build_bundle(
    exported: Path,
    out: Path,
    model: Model,
    *,
    progress: Listener = silent,
) -> Manifest:
    """A bundle from a directory that `export_model` wrote; it appears only when all is there.

    The same export and model give the same bytes. Raises UsageError if `out` exists, StorageError
    if it cannot be written, BundleError if the export is not whole or not of this model.
    """
    record = _record(exported, model)
    with new_folder(out) as partial:
        _copy(exported, partial, model)
        whole = _write_weights(partial, model)
        files = dict(take_inventory(partial, progress).entries)
        source = model.source
        manifest = Manifest(
            name=model.name,
            version=model.version,
            architecture=source.architecture,
            space=source.space,
            dim=source.dim,
            widths=source.widths,
            image=source.image.spec,
            text=source.text.spec,
            calibration=source.calibration,
            files=files,
            packages=Packages(
                image=_package(partial, IMAGE, record),
                text=None if model.weights else _package(partial, TEXT, record),
            ),
            weights=whole,
        )
        write_manifest(partial, manifest)
        return read_manifest(partial)  # what cannot be read is not shipped


def _record(exported: Path, model: Model) -> ExportRecord:
    """What the export says of itself."""
    record = require_export_record(exported)
    if record.space != model.source.space:
        got, expected = record.space[:12], model.source.space[:12]
        raise BundleError(
            f"{exported}: space: got {got}, expected {expected}: another model's export"
        )
    return record


def _copy(exported: Path, partial: Path, model: Model) -> None:
    """Contents only: whose files they were, and when they were made, is nobody's business."""
    parts = [IMAGE, TOKENIZER] if model.weights else [IMAGE, TEXT, TOKENIZER]
    if (exported / VERIFICATION).is_file():
        parts.append(VERIFICATION)
    for part in parts:
        found = [exported / part] if (exported / part).is_file() else (exported / part).rglob("*")
        files = [path for path in found if path.is_file()]
        if not files:
            raise BundleError(f"{exported} holds no {part}")
        for file in files:
            _copy_file(file, partial / file.relative_to(exported))
    (partial / CARD).write_text(model.card, encoding="utf-8")


def _write_weights(partial: Path, model: Model) -> FileEntry | None:
    """Of the weights as a whole, where a part of them lies in the image package."""
    if model.weights is None:
        return None
    return share_weights(model.weights, partial / WEIGHTS, f"{IMAGE}/{CONSTANTS}")


def _copy_file(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _package(bundle: Path, file: str, record: ExportRecord) -> PackageSpec:
    """What a package takes and gives, read from the package itself."""
    package = read_package(bundle / file)
    inputs, output = ports(package.signatures[package.default])
    return PackageSpec(
        file=file,
        target=record.target,
        weights=record.weights,
        layout=record.layout,
        inputs=inputs,
        output=output,
    )
