"""The bundle contract: `manifest.json`, read alike by Python and by Swift.

A bundle is a directory `<name>-<version>.photomodel` (the built-in one: `builtin.photomodel`)
that holds the manifest and the files it lists. Nothing about a model is typed anywhere else:
shapes, dtypes, resizing, widths, calibration and the space id all come from here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from photosearch.errors import BundleError

SCHEMA = 1
FILE_NAME = "manifest.json"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    sha256: str  # hex
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """How a photo becomes the image tower's input: uint8 RGB [N, size, size, 3], 0..255.

    `squash` scales both sides to `size`; `crop` scales the shorter side to `size`, then takes
    the middle. Filters are Pillow's antialiased ones (see `photosearch.images.resize`).
    """

    size: int  # pixels, width and height
    resize: Literal["squash", "crop"] = "squash"
    filter: Literal["bilinear", "bicubic"] = "bicubic"


@dataclass(frozen=True, slots=True)
class TextSpec:
    """What the text tower takes: int32 token ids [N, context], padded with `pad_id`."""

    context: int  # tokens, start and end included
    tokenizer: Literal["wordpiece", "clip-bpe", "huggingface"]
    pad_id: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence that a photo matches = 1 / (1 + exp(-(scale * score + bias)))."""

    scale: float
    bias: float


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    version: str
    architecture: str  # which pair of towers reads the weights, for example "photosearch-v1"
    space: str  # hex SHA-256 over both towers, tokenizer and preprocessing; see `space_id`
    dim: int
    widths: tuple[int, ...]  # to which an embedding may be cut, widest first
    image: ImageSpec
    text: TextSpec
    calibration: Calibration
    files: dict[str, FileEntry]  # path inside the bundle -> hash and size
    schema: int = SCHEMA


def read_manifest(bundle: Path) -> Manifest:
    """The manifest of a bundle directory.

    Raises BundleError if it is missing, malformed or of a later schema.
    """
    path = bundle / FILE_NAME
    try:
        return parse_manifest(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BundleError(f"no model bundle at {bundle}: {error.strerror or error}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} is not JSON: {error}") from error


def parse_manifest(raw: Any) -> Manifest:
    """A manifest from decoded JSON. Raises BundleError that names the first bad field."""
    if not isinstance(raw, dict):
        raise BundleError(f"manifest: got {type(raw).__name__}, expected an object")
    schema = raw.get("schema")
    if schema != SCHEMA:
        raise BundleError(f"manifest schema: got {schema!r}, this version reads {SCHEMA}")
    try:
        manifest = Manifest(
            **{
                **raw,
                "widths": tuple(raw["widths"]),
                "image": ImageSpec(**raw["image"]),
                "text": TextSpec(**raw["text"]),
                "calibration": Calibration(**raw["calibration"]),
                "files": {name: FileEntry(**entry) for name, entry in raw["files"].items()},
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"manifest field: {error}") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    if manifest.dim < 1 or manifest.widths[:1] != (manifest.dim,):
        raise BundleError(f"widths: got {manifest.widths}, expected {manifest.dim} first")
    for name in manifest.files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BundleError(f"file {name!r} leaves the bundle")


def write_manifest(bundle: Path, manifest: Manifest) -> None:
    """Writes canonical bytes: sorted keys, two spaces, one final newline."""
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True, ensure_ascii=False)
    (bundle / FILE_NAME).write_text(text + "\n", encoding="utf-8")


def file_entry(path: Path) -> FileEntry:
    """The hash and size of one file, read in chunks."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(sha256=digest.hexdigest(), size_bytes=size)


def verify_files(bundle: Path, manifest: Manifest) -> None:
    """Checks every listed file. Raises BundleError that names the changed or missing one."""
    for name, expected in manifest.files.items():
        path = bundle / name
        if not path.is_file():
            raise BundleError(f"{name}: missing from {bundle}")
        got = file_entry(path)
        if got != expected:
            raise BundleError(
                f"{name}: got sha256 {got.sha256[:12]} ({got.size_bytes} bytes), "
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
