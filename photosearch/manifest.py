"""The bundle contract: `manifest.json`, read alike by Python and by Swift.

A bundle is a directory `<name>-<version>.photomodel` (the built-in one: `builtin.photomodel`)
that holds the manifest and the files it lists. Nothing about a model is typed anywhere else:
shapes, dtypes, resizing, widths, calibration and the space id all come from here. `packages` came
later and may be missing: a bundle without it holds no Core ML packages. No byte is there twice: a
bundle whose weights answer words holds no text package, and weights that lie in the image package
are not in `weights.safetensors` too (see `photosearch.weight_file`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Any, Literal

from photosearch.errors import BundleError
from photosearch.records import (
    AtLeast,
    Positive,
    Sha256,
    decode_json,
    read_record,
    read_regular,
    record_schema,
)

SCHEMA = 1
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What a listed file must be, to the byte."""

    sha256: Sha256  # of its content, hex
    size_bytes: Annotated[int, AtLeast(0)]  # bytes


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """How a photo becomes the image tower's input: uint8 RGB [N, size, size, 3], 0..255.

    `squash` scales both sides to `size`; `crop` scales the shorter side to `size`, then takes
    the middle. Filters are Pillow's antialiased ones (see `photosearch.images.resize`).
    """

    size: Positive  # pixels, width and height
    resize: Literal["squash", "crop"] = "squash"  # how a photo becomes a square
    filter: Literal["bilinear", "bicubic"] = "bicubic"  # how pixels are averaged


@dataclass(frozen=True, slots=True)
class TextSpec:
    """What the text tower takes: int32 token ids [N, context], padded with `pad_id`."""

    context: Positive  # tokens, start and end included
    tokenizer: Literal["wordpiece", "clip-bpe", "huggingface"]  # which one reads `tokenizer/`
    pad_id: int = 0  # token that fills what is left of the context


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence that a photo matches = 1 / (1 + exp(-(scale * score + bias)))."""

    scale: float  # times the score
    bias: float  # added to that


UNCALIBRATED = Calibration(scale=1.0, bias=0.0)  # of a model that was not measured yet

DType = Literal["uint8", "int32", "float16", "float32"]


@dataclass(frozen=True, slots=True)
class Port:
    """One input or output of a package.

    With `colors`, a picture: uint8 [height, width, 3], 0..255, channels in that order. Without,
    an array. Their names say what they hold: `ids` the padded tokens, `eot` 1 at the last token
    and 0 elsewhere, `mask` 1 at every token and 0 at the padding, `embedding` the unit vector.
    """

    name: str  # as the package calls it
    shape: tuple[int, ...]  # of one photo or one text
    dtype: DType  # of its numbers, as numpy calls it
    colors: Literal["RGB"] | None = None  # of a picture; none for an array


@dataclass(frozen=True, slots=True)
class PackageSpec:
    """One Core ML package, which runs one photo or one text at a time."""

    file: str  # a directory inside the bundle, for example "image.mlpackage"
    target: Literal["iOS16", "iOS17", "iOS18"]  # the oldest system that runs it
    weights: str  # how they are stored: fp16, int8, palette6, palette4, mixed
    layout: Literal["ane", "plain"]  # tensors as the Neural Engine likes them, or as in torch
    inputs: tuple[Port, ...]  # one picture, or the arrays of a text
    output: Port  # the embedding


@dataclass(frozen=True, slots=True)
class Packages:
    """The towers as Core ML packages."""

    image: PackageSpec  # takes a photo
    text: PackageSpec | None = None  # takes a text; none where the weights answer words

    @property
    def all(self) -> tuple[PackageSpec, ...]:
        """Those that there are."""
        return (self.image, self.text) if self.text else (self.image,)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of a model: read it with `read_manifest`."""

    name: str  # of the model
    version: str  # of these weights
    architecture: str  # which pair of towers reads the weights, for example "photosearch-v1"
    space: str  # hex SHA-256 over weights, vocabulary and preprocessing; see `space_id`
    dim: Positive  # numbers in an embedding
    widths: tuple[int, ...]  # to which an embedding may be cut, widest first
    image: ImageSpec  # what its image tower takes
    text: TextSpec  # what its text tower takes
    calibration: Calibration  # from scores to confidence
    files: dict[str, FileEntry]  # path inside the bundle -> hash and size
    schema: int = SCHEMA  # of this file
    packages: Packages | None = None  # for Core ML
    weights: FileEntry | None = None  # put together, where some lie in a package: `space` is theirs


def read_manifest(bundle: Path) -> Manifest:
    """The manifest of a bundle directory.

    Raises BundleError that names the bundle if it is missing, malformed or of a later schema.
    """
    path = bundle / FILE_NAME
    try:
        data = read_regular(path)
    except OSError as error:
        raise BundleError(f"no model bundle at {bundle}: {error.strerror or error}") from error
    raw = decode_json(data, str(path))
    try:
        return parse_manifest(raw)
    except BundleError as error:
        raise BundleError(f"{bundle}: {error}") from error


def parse_manifest(raw: Any) -> Manifest:
    """A manifest from decoded JSON. Raises BundleError that names the first bad field."""
    schema = raw.get("schema") if isinstance(raw, dict) else SCHEMA
    if schema != SCHEMA:
        raise BundleError(f"manifest schema: got {schema!r}, this version reads {SCHEMA}")
    manifest = read_record(Manifest, raw, "manifest")
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    widths = manifest.widths
    if widths[:1] != (manifest.dim,):
        raise BundleError(f"manifest.widths: got {widths}, expected {manifest.dim} first")
    if list(widths) != sorted(set(widths), reverse=True) or widths[-1] < 1:
        raise BundleError(f"manifest.widths: got {widths}, expected widest first")
    for name in manifest.files:
        _check_file_name(name)
    for side in ("image", "text"):
        if package := getattr(manifest.packages, side, None):
            _check_package(package, f"manifest.packages.{side}", manifest)


def _check_file_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BundleError(f"manifest.files: file {name!r} leaves the bundle")
    if str(path) != name or not name.isprintable() or name == FILE_NAME:
        raise BundleError(f"manifest.files: got {name!r}, expected a file's path")


def _check_package(package: PackageSpec, where: str, manifest: Manifest) -> None:
    if not any(name.startswith(f"{package.file}/") for name in manifest.files):
        raise BundleError(f"{where}.file: got {package.file!r}, of which no file is listed")
    ports = (*package.inputs, package.output)
    names = [port.name for port in ports]
    if len(set(names)) != len(names) or not package.inputs:
        raise BundleError(f"{where}.inputs: got {names[:-1]}, expected names that differ")
    for port in ports:
        if not port.shape or min(port.shape) < 1:
            raise BundleError(f"{where}: {port.name}: got shape {port.shape}, expected sizes")
    if package.output.shape != (1, manifest.dim):
        got = package.output.shape
        raise BundleError(f"{where}.output.shape: got {got}, expected {(1, manifest.dim)}")


def manifest_schema() -> dict[str, Any]:
    """`manifest.json` as a JSON Schema. What fields must have in common, only the reader checks."""
    schema = record_schema(Manifest)
    schema["properties"]["schema"] = {"const": SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FILE_NAME} of a photosearch model bundle",
        **schema,
    }


def write_manifest(bundle: Path, manifest: Manifest) -> None:
    """Writes canonical bytes: sorted keys, two spaces, one final newline."""
    text = json.dumps(to_record(manifest), indent=2, sort_keys=True, ensure_ascii=False)
    (bundle / FILE_NAME).write_text(text + "\n", encoding="utf-8")


def to_record(manifest: Manifest) -> dict[str, Any]:
    """JSON values, as `parse_manifest` reads them; what is None is left out."""
    return asdict(manifest, dict_factory=lambda pairs: {k: v for k, v in pairs if v is not None})


def file_entry(path: Path) -> FileEntry:
    """The hash and size of one file, read in chunks."""
    with path.open("rb") as stream:
        return stream_entry(stream)


def stream_entry(stream: IO[bytes]) -> FileEntry:
    """The hash and size of a stream of a file or of one in an archive, from its beginning."""
    digest = hashlib.file_digest(stream, "sha256")  # type: ignore[arg-type]
    return FileEntry(sha256=digest.hexdigest(), size_bytes=stream.tell())


def read_by_python(manifest: Manifest) -> list[str]:
    """The listed files that Python loads: all but those of the Core ML packages."""
    packages = manifest.packages.all if manifest.packages else ()
    folders = tuple(f"{package.file}/" for package in packages)
    return [name for name in manifest.files if not name.startswith(folders)]


def verify_files(bundle: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Checks some of the listed files. Raises BundleError that names the changed or missing one."""
    for name in names:
        expected, path = manifest.files[name], bundle / name
        if not path.is_file():
            raise BundleError(f"{name}: missing from {bundle}")
        got = file_entry(path)
        if got != expected:
            raise BundleError(
                f"{path}: got sha256 {got.sha256[:12]} ({got.size_bytes} bytes), "
                f"expected {expected.sha256[:12]} ({expected.size_bytes} bytes)"
            )


def space_id(
    *, weights_sha256: str, tokenizer_sha256: str, image: ImageSpec, text: TextSpec
) -> str:
    """Two embeddings may be compared only if these agree: SHA-256 over all that shapes them."""
    parts = {
        "weights": weights_sha256,
        "tokenizer": tokenizer_sha256,
        "image": asdict(image),
        "text": asdict(text),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
