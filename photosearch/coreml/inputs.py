"""Turns a photo or a text into the arrays that a converted tower takes.

How, is said beside a package: `photosearch model export` leaves `export.json` and `tokenizer/` in
its folder, and a bundle has its manifest. Without them a photo is squashed to the size that the
package declares, and a text cannot be read.

Shape legend: T tokens; H, W the height and width of a picture, S its side when it goes in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.contract import (
    EOT_INPUT,
    EXPORT_RECORD,
    IDS_INPUT,
    MASK_INPUT,
    POOLING_INPUT,
    TOKENIZER,
)
from photosearch.coreml.mil.describe import Feature
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.record import read_export_record
from photosearch.errors import BundleError, ShapeError, UsageError
from photosearch.images import model_pixels, open_image
from photosearch.manifest import FILE_NAME, ImageSpec, TextSpec, read_manifest
from photosearch.models.tokenizer import open_tokenizer

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.coreml.families.convertible import TextSide


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
        pixels = model_pixels(photo, self.spec)
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
    said = _specs_beside(package)
    spec = said[0] if said else ImageSpec(size=height)
    if spec.size != height:
        got = f"{EXPORT_RECORD}: got pictures of {spec.size}"
        raise BundleError(f"{got}, {package.name} takes {height}")
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
    said = _specs_beside(package)
    if said is None:
        raise UsageError(
            f"no {EXPORT_RECORD} and {TOKENIZER} beside {package.name}: give its ids as arrays"
        )
    return said[1]


def ids_input(
    package: Path, inputs: Mapping[str, Feature], spec: TextSpec, tokens: Sequence[int]
) -> dict[str, Array]:
    """Padded ids, and whichever of `eot` and `mask` a package takes: see `photosearch.contract`.

    Raises UsageError if the package takes no ids, ShapeError if it takes another number of them.
    """
    if IDS_INPUT not in inputs:
        raise UsageError(f"{package.name} takes {sorted(inputs)}, expected ids for a text")
    if inputs[IDS_INPUT].shape != (1, spec.context):
        shape = list(inputs[IDS_INPUT].shape)
        raise ShapeError(
            f"{EXPORT_RECORD}: got {spec.context} tokens, {package.name} takes {shape}"
        )
    return _text_arrays(spec, tokens, inputs.keys())


def text_inputs(text: TextSide, tokens: Sequence[int]) -> dict[str, Array]:
    """What a text tower that export builds takes for one text, in the order of its arguments.

    `tokens` are as the tokenizer gives them, start and end included, not padded. Returns `ids`
    int32 [1, T] and, as the pooling asks, `eot` or `mask` float32 [1, 1, 1, T]. Raises ShapeError
    if there are none or too many.
    """
    second = POOLING_INPUT[text.pooling]
    return _text_arrays(text.spec, tokens, {second} if second else ())


def _text_arrays(spec: TextSpec, tokens: Sequence[int], marks: Collection[str]) -> dict[str, Array]:
    count = len(tokens)
    if not 0 < count <= spec.context:
        raise ShapeError(f"tokens: got {count}, expected 1 to {spec.context}")
    ids = np.full((1, spec.context), spec.pad_id, np.int32)
    ids[0, :count] = tokens
    places = np.arange(spec.context)
    known = {EOT_INPUT: places == count - 1, MASK_INPUT: places < count}
    arrays = {
        name: mark.astype(np.float32).reshape(1, 1, 1, -1)
        for name, mark in known.items()
        if name in marks
    }
    return {IDS_INPUT: ids, **arrays}


def _specs_beside(package: Path) -> tuple[ImageSpec, TextSpec] | None:
    """What an export or a bundle says of the packages in it; None if neither is there."""
    directory = package.parent
    record = read_export_record(directory)
    if record is not None:
        return record.image.spec, record.text.spec
    if not (directory / FILE_NAME).is_file():
        return None
    manifest = read_manifest(directory)
    return manifest.image, manifest.text
