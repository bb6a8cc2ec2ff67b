"""Reads an `.mlpackage` from disk: its manifest, its description, its program.

The manifest (Manifest.json, file format 1.0.0) names the root model among its items; the model
file is a protobuf message, and its weights lie in a folder beside it.

Of Core ML's protobuf schema the part that holds an ML Program is built here, as message classes.
Field numbers are those of Model.proto, FeatureTypes.proto and MIL.proto (BSD-3-Clause,
github.com/apple/coremltools, mlmodel/format); what is left out here is skipped by the parser. The
classes live in a descriptor pool of their own: coremltools registers the same messages in the
default one, and takes four seconds and eight warnings to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from photosearch.coreml.mil.describe import Signature, read_signatures
from photosearch.coreml.mil.program import Function, read_program
from photosearch.coreml.mil.values import Values, inside
from photosearch.errors import MissingExtra, PackageError
from photosearch.records import decode_json, read_regular

# The first specification version with ML Programs (iOS 15), and the last that we know (iOS 26).
OLDEST, NEWEST = 6, 10


@dataclass(frozen=True, slots=True)
class Package:
    """A package in memory, checked."""

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
        raw = decode_json(read_regular(manifest), str(manifest), error=PackageError)
        item = raw["itemInfoEntries"][raw["rootModelIdentifier"]]["path"]
    except OSError as error:
        raise PackageError(f"no Core ML package at {package}: {error.strerror}") from error
    except (KeyError, TypeError) as error:
        raise PackageError(f"{manifest} names no root model: {error!r}") from error
    return inside(package / "Data", str(item))


def _parse(model_file: Path) -> Any:
    cls = model_class()
    from google.protobuf.message import DecodeError

    try:
        message = cls()
        message.ParseFromString(read_regular(model_file))
    except OSError as error:
        raise PackageError(f"model {model_file}: {error.strerror or error}") from error
    except DecodeError as error:
        raise PackageError(f"{model_file} is no Core ML model: {error}") from error
    return message


_PACKAGE = "photosearch.mil"
# message -> fields: number, type ("map" of string to a message; * repeated), name
_MESSAGES = {
    "Model": "1 int32 version, 2 Description description, 502 Program program",
    "Description": "1 *Feature input, 10 *Feature output, 20 *FunctionDescription functions, "
    "21 string default_function, 100 Metadata metadata",
    "Metadata": "100 map:string user",
    "FunctionDescription": "1 string name, 2 *Feature input, 3 *Feature output",
    "Feature": "1 string name, 3 FeatureType type",
    "FeatureType": "4 ImageType image, 5 ArrayType array, 1000 bool optional",
    "ImageType": "1 int64 width, 2 int64 height, 3 int32 color, 21 ImageSizes choices",
    "ImageSizes": "1 *ImageSize sizes",
    "ImageSize": "1 uint64 width, 2 uint64 height",
    "ArrayType": "1 *int64 shape, 2 int32 dtype, 21 Shapes choices, 31 ShapeRange range",
    "Shapes": "1 *Shape shapes",
    "Shape": "1 *int64 shape",
    "ShapeRange": "1 *SizeRange sizes",
    "SizeRange": "1 uint64 lower, 2 int64 upper",
    "Program": "1 int64 version, 2 map:Function functions",
    "Function": "1 *NamedType inputs, 2 string opset, 3 map:Block blocks",
    "Block": "1 *NamedType inputs, 2 *string outputs, 3 *Operation operations",
    "Operation": "1 string type, 2 map:Argument inputs, 3 *NamedType outputs, 4 *Block blocks, "
    "5 map:Value attributes",
    "Argument": "1 *Binding bindings",
    "Binding": "1 string name, 2 Value value",
    "NamedType": "1 string name, 2 ValueType type",
    "ValueType": "1 TensorType tensor, 2 ListType list",
    "TensorType": "1 int32 dtype, 2 int64 rank, 3 *Dimension dimensions",
    "ListType": "1 ValueType type, 2 Dimension length",
    "Dimension": "1 Constant constant, 2 Unknown unknown",
    "Constant": "1 uint64 size",
    "Unknown": "1 bool variadic",
    "Value": "2 ValueType type, 3 Immediate immediate, 5 BlobFile blob",
    "Immediate": "1 TensorValue tensor, 3 ListValue list",
    "ListValue": "1 *Value values",
    "BlobFile": "1 string file, 2 uint64 offset",
    "TensorValue": "1 Floats floats, 2 Ints ints, 3 Bools bools, 4 Strings strings, "
    "5 Longs longs, 6 Doubles doubles, 7 Bytes bytes",
    "Floats": "1 *float values",
    "Ints": "1 *int32 values",
    "Bools": "1 *bool values",
    "Strings": "1 *string values",
    "Longs": "1 *int64 values",
    "Doubles": "1 *double values",
    "Bytes": "1 bytes values",
}


@cache
def model_class() -> Any:
    """The message class of a whole `.mlmodel` file. Raises MissingExtra without protobuf."""
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError as error:
        raise MissingExtra("coreml", "reading a Core ML package") from error
    file = descriptor_pb2.FileDescriptorProto(
        name="photosearch/mil.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        _add_message(file.message_type.add(name=name), fields)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))


def _add_message(message: Any, fields: str) -> None:
    for field in fields.split(", "):
        number, kind, name = field.split()
        if kind.startswith("map:"):
            entry = f"{name.capitalize()}Entry"
            _add_entry(message.nested_type.add(name=entry), kind.removeprefix("map:"))
            kind = f"*{message.name}.{entry}"
        _add_field(message, int(number), kind, name)


def _add_entry(entry: Any, value: str) -> None:
    entry.options.map_entry = True
    _add_field(entry, 1, "string", "key")
    _add_field(entry, 2, value, "value")


def _add_field(message: Any, number: int, kind: str, name: str) -> None:
    label = 3 if kind.startswith("*") else 1  # repeated, or optional
    kind = kind.removeprefix("*")
    field = message.field.add(name=name, number=number, label=label)
    if kind[0].isupper():
        field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    else:
        field.type = getattr(field, f"TYPE_{kind.upper()}")
