"""What a model is: read from a bundle, an export, one Core ML package or a checkpoint.

Reads what these say of themselves and hashes their files; `check_bundle` compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from photosearch.bundle.check import CARD, find_bundle
from photosearch.bundle.contents import Figure, RecallRecord, read_verification
from photosearch.bundle.inventory import walk
from photosearch.bundle.model_metadata import read_licence
from photosearch.contract import EXPORT_RECORD, IMAGE, NOTE, TEXT, VERIFICATION
from photosearch.errors import ModelError, require
from photosearch.manifest import (
    FILE_NAME,
    FileEntry,
    ImageSpec,
    Manifest,
    PackageSpec,
    Port,
    TextSpec,
    file_entry,
    read_manifest,
)
from photosearch.models import builtin_bundle
from photosearch.models.load import BUILTIN

if TYPE_CHECKING:
    from photosearch.coreml import ExportRecord
    from photosearch.coreml.mil import Feature

Kind = Literal["bundle", "export", "package", "checkpoint"]
_PACKAGE_SUFFIX = ".mlpackage"
_SIDES = ("shipped", "torch", "difference")  # of a metric
_README = "README.md"  # where checkpoints keep their card


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One input or output of a package; with `colors` a picture [height, width, channels]."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]  # None where a size is open
    colors: str | None = None


@dataclass(frozen=True, slots=True)
class TowerInfo:
    """One Core ML package. What the package does not say is None."""

    file: str
    target: str | None  # the oldest system that runs it
    weights: str | None  # how they are stored: fp16, int8 and the like
    layout: str | None
    inputs: tuple[PortInfo, ...]
    outputs: tuple[PortInfo, ...]


@dataclass(frozen=True, slots=True)
class VerificationInfo:
    """The figures of `verification.json`; NaN and infinity are None."""

    passed: bool
    statement: str  # what kind of proof it is
    error: Mapping[str, float | None]  # tower -> error over the spread, root mean square
    overlap: float | None  # of the ten best, 0 to 1
    recall_at_10: Mapping[str, float | None] | None  # shipped, torch, difference; 0 to 1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model. What its files do not say is None, or empty."""

    name: str
    kind: Kind
    path: Path
    files: Mapping[str, FileEntry]  # path in the folder -> hash and size, as they lie there
    version: str | None = None
    architecture: str | None = None
    space: str | None = None  # embeddings of two models compare only if these agree
    dim: int | None = None  # numbers in an embedding
    widths: tuple[int, ...] = ()  # to which an embedding may be cut, widest first
    image: ImageSpec | None = None
    text: TextSpec | None = None
    licence: str | None = None  # as the model card says it
    towers: tuple[TowerInfo, ...] = ()
    verification: VerificationInfo | None = None

    @property
    def size_bytes(self) -> int:
        return sum(entry.size_bytes for entry in self.files.values())


def read_model_info(name_or_path: str | os.PathLike[str]) -> ModelInfo:
    """What the model of that name is.

    "builtin"; a bundle, or the folder that a release unpacks to; a folder from `model export`; an
    `.mlpackage`; a checkpoint folder or a hub id, as `open_model` takes it.

    Raises ModelError if there is no such model, BundleError or PackageError if its description is
    damaged, MissingExtra where reading a package or a checkpoint needs one.
    """
    name = os.fspath(name_or_path)
    if not name:
        raise ModelError("no model at '': expected a bundle, a package or a checkpoint")
    path = builtin_bundle() if name == BUILTIN else Path(name).absolute()
    if path.suffix == _PACKAGE_SUFFIX:
        return _package_info(path)
    if not path.is_dir():
        return _checkpoint_info(name)
    if (bundle := find_bundle(path)) and (bundle / FILE_NAME).exists():
        return _bundle_info(bundle)
    if (path / EXPORT_RECORD).exists():
        return _export_info(path)
    return _checkpoint_info(name)


def _bundle_info(bundle: Path) -> ModelInfo:
    manifest = read_manifest(bundle)
    return ModelInfo(
        name=manifest.name,
        kind="bundle",
        path=bundle,
        files=_hash_files(bundle),
        version=manifest.version,
        architecture=manifest.architecture,
        space=manifest.space,
        dim=manifest.dim,
        widths=manifest.widths,
        image=manifest.image,
        text=manifest.text,
        licence=read_licence(bundle / CARD),
        towers=tuple(map(_tower, _packages(manifest))),
        verification=_read_verification(bundle / VERIFICATION),
    )


def _packages(manifest: Manifest) -> tuple[PackageSpec, ...]:
    return manifest.packages.all if manifest.packages else ()


def _tower(spec: PackageSpec) -> TowerInfo:
    inputs, output = tuple(map(_port, spec.inputs)), _port(spec.output)
    return TowerInfo(spec.file, spec.target, spec.weights, spec.layout, inputs, (output,))


def _port(port: Port) -> PortInfo:
    return PortInfo(port.name, port.dtype, port.shape, port.colors)


def _export_info(directory: Path) -> ModelInfo:
    from photosearch.coreml.record import require_export_record

    record = require_export_record(directory)
    return ModelInfo(
        name=record.name,
        kind="export",
        path=directory,
        files=_hash_files(directory),
        architecture=record.architecture,
        space=record.space,
        dim=record.dim,
        widths=record.widths,
        image=record.image.spec,
        text=record.text.spec,
        towers=tuple(_exported_towers(record)),
        verification=_read_verification(directory / VERIFICATION),
    )


def _exported_towers(record: ExportRecord) -> Iterator[TowerInfo]:
    made = record.target, record.weights, record.layout
    side = record.image.spec.size
    pictures = (
        PortInfo(each.name, "uint8", (side, side, 3), each.colors) for each in record.image.inputs
    )
    arrays = (PortInfo(each.name, each.dtype, each.shape) for each in record.text.inputs)
    output = PortInfo(record.output.name, record.output.dtype, record.output.shape)
    yield TowerInfo(IMAGE, *made, tuple(pictures), (output,))
    yield TowerInfo(TEXT, *made, tuple(arrays), (output,))


def _package_info(path: Path) -> ModelInfo:
    from photosearch.coreml import read_package

    package = read_package(path)
    notes = {name.removeprefix(NOTE): text for name, text in package.notes.items()}
    signature = package.signatures[package.default]
    inputs = tuple(map(_feature, signature.inputs.values()))
    outputs = tuple(map(_feature, signature.outputs.values()))
    target, weights, layout = (notes.get(name) for name in ("target", "weights", "layout"))
    return ModelInfo(
        name=path.name,
        kind="package",
        path=path,
        files=_hash_files(path),
        space=notes.get("space"),
        dim=outputs[0].shape[-1] if "space" in notes and outputs and outputs[0].shape else None,
        towers=(TowerInfo(path.name, target, weights, layout, inputs, outputs),),
    )


def _feature(feature: Feature) -> PortInfo:
    return PortInfo(feature.name, feature.dtype, feature.shape, feature.color)


def _checkpoint_info(name: str) -> ModelInfo:
    from photosearch.models.checkpoint import is_hub_id

    path = Path(name)
    if not path.is_dir() and (path.exists() or not is_hub_id(name)):
        raise ModelError(f"no model at {name!r}: expected a bundle, a package or a checkpoint")
    told = "describing a checkpoint"
    if not path.is_dir():
        told = f"no folder {name!r}; describing a model of that name from the Hugging Face hub"
    require("coreml", told, "torch")
    from photosearch.coreml import open_model

    model = open_model(name)
    directory = path.absolute() if path.is_dir() else model.text.tokenizer[0].parent
    return ModelInfo(
        name=model.name,
        kind="checkpoint",
        path=directory,
        files=_hash_files(directory),
        architecture=model.architecture,
        space=model.space,
        dim=model.dim,
        widths=model.widths,
        image=model.image.spec,
        text=model.text.spec,
        licence=read_licence(directory / _README),
    )


def _hash_files(directory: Path) -> dict[str, FileEntry]:
    """Every file below a folder, by its path in it. Raises OSError."""
    return {name: file_entry(path) for name, path in sorted(walk(directory)) if path.is_file()}


def _read_verification(path: Path) -> VerificationInfo | None:
    """None where there is none. Raises BundleError if the file is there and damaged."""
    if not path.exists():
        return None
    found = read_verification(path)
    summary = found.summary
    return VerificationInfo(
        passed=found.passed,
        statement=found.statement,
        error={tower: _finite(error) for tower, error in summary.error.items()},
        overlap=_finite(summary.overlap),
        recall_at_10=_means(summary.recall_at_10),
    )


def _means(recall: RecallRecord | None) -> dict[str, float | None] | None:
    if recall is None:
        return None
    return {side: _finite(getattr(recall, side).mean) for side in _SIDES}


def _finite(value: Figure) -> float | None:
    """A figure; what is not finite is text in the file."""
    return None if isinstance(value, str) else value
