"""A photo or a text in the form that a converted tower takes, by what was written beside it.

`photosearch export` leaves `export.json` and `tokenizer/` in the folder of the packages, and a
bundle has its manifest. Without them a photo is squashed to the size that the package declares,
and a text cannot be read.

Shape legend: T tokens; H, W the height and width of a picture, S its side when it goes in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.coreml.mil.describe import Feature
from photosearch.coreml.mil.dtypes import Array
from photosearch.errors import BundleError, ShapeError, UsageError
from photosearch.images.decode import open_image
from photosearch.images.resize import prepare
from photosearch.manifest import FILE_NAME, ImageSpec, TextSpec, read_manifest
from photosearch.models.tokenizer import open_tokenizer

if TYPE_CHECKING:
    from PIL.Image import Image

RECORD, TOKENIZER = "export.json", "tokenizer"


def photo_input(package: Path, inputs: Mapping[str, Feature], photo: Path) -> dict[str, Array]:
    """The one picture that a package takes, uint8 RGB [H, W, 3].

    Raises UsageError if it takes none, several or one of open size, ImageError for the photo.
    """
    feed = photo_feed(package, inputs)
    return feed(open_image(photo, target=feed.spec.size))


@dataclass(frozen=True, slots=True)
class PhotoFeed:
    """Makes a package's one picture of any: [H, W] of a photo -> uint8 [S, S, 3], gray [S, S]."""

    name: str
    spec: ImageSpec
    gray: bool

    def __call__(self, photo: Image) -> dict[str, Array]:
        pixels = prepare(photo, self.spec)
        return {self.name: np.asarray(pixels.mean(-1).round(), np.uint8) if self.gray else pixels}


def photo_feed(package: Path, inputs: Mapping[str, Feature]) -> PhotoFeed:
    """Raises UsageError if a package takes no picture, several or one of open size."""
    pictures = [each for each in inputs.values() if each.kind == "image"]
    if len(pictures) != 1:
        raise UsageError(f"{package.name} takes {len(pictures)} pictures, expected one for a photo")
    height, width = pictures[0].shape[:2]
    if height is None or height != width:
        raise UsageError(
            f"{package.name} takes a picture of {width} by {height}, expected a square"
        )
    said = _beside(package).get("image")
    spec = _spec(ImageSpec, said, package) if said else ImageSpec(size=height)
    if spec.size != height:
        raise BundleError(f"{RECORD}: got pictures of {spec.size}, {package.name} takes {height}")
    return PhotoFeed(pictures[0].name, spec, pictures[0].color == "GRAYSCALE")


def text_input(package: Path, inputs: Mapping[str, Feature], text: str) -> dict[str, Array]:
    """Token ids [1, T], and which of them count, as the package's inputs ask.

    Raises UsageError if no tokenizer lies beside the package, or it takes no ids.
    """
    spec = text_spec(package)
    tokens = open_tokenizer(package.parent / TOKENIZER, spec).encode(text)
    return ids_input(package, inputs, spec, tokens)


def text_spec(package: Path) -> TextSpec:
    """What was written beside a package. Raises UsageError if nothing was."""
    said = _beside(package).get("text")
    if not said:
        raise UsageError(
            f"no {RECORD} and {TOKENIZER} beside {package.name}: give its ids as arrays"
        )
    spec: TextSpec = _spec(TextSpec, said, package)
    return spec


def ids_input(
    package: Path, inputs: Mapping[str, Feature], spec: TextSpec, tokens: Sequence[int]
) -> dict[str, Array]:
    """`ids` are padded; `eot` is 1 at the last token, `mask` at every token, 0 elsewhere.

    Raises UsageError if the package takes no ids, ShapeError if it takes another number of them.
    """
    if "ids" not in inputs:
        raise UsageError(f"{package.name} takes {sorted(inputs)}, expected ids for a text")
    if inputs["ids"].shape != (1, spec.context):
        shape = list(inputs["ids"].shape)
        raise ShapeError(f"{RECORD}: got {spec.context} tokens, {package.name} takes {shape}")
    ids = np.full((1, spec.context), spec.pad_id, np.int32)
    ids[0, : len(tokens)] = tokens
    places = np.arange(spec.context)
    counts = {"eot": places == len(tokens) - 1, "mask": places < len(tokens)}
    marks = {name: counts[name].astype(np.float32) for name in counts.keys() & inputs.keys()}
    return {"ids": ids, **{name: mark.reshape(1, 1, 1, -1) for name, mark in marks.items()}}


def read_record(directory: Path) -> dict[str, Any]:
    """What `photosearch export` wrote; empty if it did not. Raises BundleError if damaged."""
    path = directory / RECORD
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise BundleError(f"{path}: got {type(raw).__name__}, expected an object")
    return raw


def _beside(package: Path) -> dict[str, Any]:
    """What an export or a bundle says of the packages in it; empty if neither is there."""
    directory = package.parent
    record = read_record(directory)
    if record or not (directory / FILE_NAME).is_file():
        return record
    manifest = read_manifest(directory)
    return {"image": {"spec": asdict(manifest.image)}, "text": {"spec": asdict(manifest.text)}}


def _spec(kind: type[Any], said: Any, package: Path) -> Any:
    try:
        return kind(**said["spec"])
    except (KeyError, TypeError) as error:
        raise BundleError(f"{package.parent / RECORD}: {error}") from error
