"""An `.mlpackage` on disk: its manifest, its description, its program.

The manifest (Manifest.json, file format 1.0.0) names the root model among its items; the model
file is a protobuf message, and its weights lie in a folder beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosearch.coreml.mil.describe import Signature, read_signatures
from photosearch.coreml.mil.paths import inside
from photosearch.coreml.mil.program import Function, read_program
from photosearch.coreml.mil.schema import model_class
from photosearch.coreml.mil.values import Values
from photosearch.errors import PackageError

# The first specification version with ML Programs (iOS 15), and the last that we know (iOS 26).
OLDEST, NEWEST = 6, 10


@dataclass(frozen=True, slots=True)
class Package:
    path: Path
    version: int  # of the Core ML specification: 7 is iOS 16, 8 is iOS 17, 9 is iOS 18
    functions: Mapping[str, Function]
    signatures: Mapping[str, Signature]  # of the same functions
    default: str  # the function that runs when none is named
    notes: Mapping[str, str]  # what its maker wrote into it, by name


def read_package(path: Path) -> Package:
    """Reads and checks a whole package.

    Raises PackageError if anything in it is missing, damaged, outside it or of an unknown kind,
    and MissingExtra without protobuf.
    """
    model_file = _model_file(path)
    message = _parse(model_file)
    if not OLDEST <= message.version <= NEWEST:
        raise PackageError(
            f"{path}: specification version: got {message.version}, expected {OLDEST} to {NEWEST}"
        )
    if not message.HasField("program") or not message.program.functions:
        raise PackageError(f"{path} holds no ML Program")
    try:
        functions = read_program(message.program, Values(model_file.parent))
        signatures = read_signatures(message.description, functions)
    except PackageError as error:
        raise PackageError(f"{path}: {error}") from error
    default = message.description.default_function or next(iter(signatures))
    if default not in functions:
        raise PackageError(f"{path} holds no function {default!r}, which it names as its default")
    notes = dict(message.description.metadata.user)
    return Package(path, message.version, functions, signatures, default, notes)


def _model_file(package: Path) -> Path:
    """The file of the root model. Raises PackageError."""
    manifest = package / "Manifest.json"
    try:
        raw = json.loads(manifest.read_text(encoding="utf-8"))
        item = raw["itemInfoEntries"][raw["rootModelIdentifier"]]["path"]
    except OSError as error:
        raise PackageError(f"no Core ML package at {package}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackageError(f"{manifest} names no root model: {error!r}") from error
    return inside(package / "Data", str(item))


def _parse(model_file: Path) -> Any:
    cls = model_class()
    from google.protobuf.message import DecodeError

    try:
        message = cls()
        message.ParseFromString(model_file.read_bytes())
    except OSError as error:
        raise PackageError(f"model {model_file}: {error.strerror or error}") from error
    except DecodeError as error:
        raise PackageError(f"{model_file} is no Core ML model: {error}") from error
    return message
