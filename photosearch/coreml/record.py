"""`export.json`: what the packages of an export take and give, and how they were made.

Written by `export_model` alone and read here alone. Shape legend: see `photosearch.contract`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from photosearch.contract import EXPORT_RECORD, OUTPUT, Pooling
from photosearch.errors import BundleError
from photosearch.manifest import Calibration, ImageSpec, TextSpec
from photosearch.records import decode_json, read_record, read_regular

Target = Literal["iOS16", "iOS17", "iOS18"]
LayoutName = Literal["ane", "plain"]


@dataclass(frozen=True, slots=True)
class PictureInput:
    """[1, 3, S, S] in the program; a picture of S by S from outside."""

    name: str
    shape: tuple[int, ...]
    colors: Literal["RGB"] = "RGB"


@dataclass(frozen=True, slots=True)
class ArrayPort:
    """An array that a package takes or gives."""

    name: str
    shape: tuple[int, ...]
    dtype: Literal["int32", "float16"]


@dataclass(frozen=True, slots=True)
class ImageRecord:
    spec: ImageSpec
    inputs: tuple[PictureInput, ...]


@dataclass(frozen=True, slots=True)
class TextRecord:
    spec: TextSpec
    pooling: Pooling
    inputs: tuple[ArrayPort, ...]


@dataclass(frozen=True, slots=True)
class MixedRecord:
    """How each weight is stored, and the loss that was measured of all together."""

    budget_bytes: int  # for both packages
    loss: float  # see `compress.mixed_precision.disorder`
    widths: dict[str, dict[str, str]]  # tower -> weight -> int8 and the like


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """Enough to feed the packages, to compare their embeddings and to build a bundle."""

    name: str
    architecture: str
    space: str  # as in the manifest
    dim: int
    widths: tuple[int, ...]  # to which an embedding may be cut, widest first
    calibration: Calibration
    image: ImageRecord
    text: TextRecord
    target: Target
    weights: str  # fp16, int8, palette6, palette4 or mixed
    layout: LayoutName
    size_bytes: dict[str, int]  # of each package, by its file
    fp16_bytes: dict[str, int]  # of the same package before its weights were compressed
    warnings: tuple[str, ...]
    output: ArrayPort
    mixed: MixedRecord | None = None


def embedding_port(dim: int) -> ArrayPort:
    """The one output of each package."""
    return ArrayPort(OUTPUT, (1, dim), "float16")


def read_export_record(directory: Path) -> ExportRecord | None:
    """What an export says of itself; None if there is no record. Raises BundleError if damaged."""
    path = directory / EXPORT_RECORD
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
    return read_record(ExportRecord, decode_json(data, str(path)), str(path))


def require_export_record(directory: Path) -> ExportRecord:
    """The same. Raises BundleError also if there is none."""
    record = read_export_record(directory)
    if record is None:
        got = f"no {EXPORT_RECORD} in {directory}"
        raise BundleError(f"{got}: expected what photosearch model export wrote")
    return record


def write_export_record(directory: Path, record: ExportRecord) -> None:
    """Writes canonical text: sorted keys, two spaces, one final newline. Raises OSError."""
    with (directory / EXPORT_RECORD).open("w", encoding="utf-8") as stream:
        text = json.dumps(_without_none(record), indent=2, sort_keys=True, ensure_ascii=False)
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _without_none(record: ExportRecord) -> dict[str, Any]:
    return asdict(record, dict_factory=lambda pairs: {k: v for k, v in pairs if v is not None})
