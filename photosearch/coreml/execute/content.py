"""A photo or a text in the form that a converted tower takes, by what was written beside it.

`photosearch export` leaves `export.json` and `tokenizer/` in the folder of the packages. Without
them a photo is squashed to the size that the package declares, and a text cannot be read.

Shape legend: T tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.coreml.execute.describe import Feature
from photosearch.coreml.execute.dtypes import Array
from photosearch.errors import BundleError, ShapeError, UsageError
from photosearch.images.decode import open_image
from photosearch.images.resize import prepare
from photosearch.manifest import ImageSpec, TextSpec
from photosearch.text.load import load_tokenizer

RECORD, TOKENIZER = "export.json", "tokenizer"


def photo_input(package: Path, inputs: Mapping[str, Feature], photo: Path) -> dict[str, Array]:
    """The one picture that a package takes, uint8 RGB [H, W, 3].

    Raises UsageError if it takes none, several or one of open size, ImageError for the photo.
    """
    pictures = [each for each in inputs.values() if each.kind == "image"]
    if len(pictures) != 1:
        raise UsageError(f"{package.name} takes {len(pictures)} pictures, expected one for a photo")
    height, width = pictures[0].shape[:2]
    if height is None or height != width:
        raise UsageError(
            f"{package.name} takes a picture of {width} by {height}, expected a square"
        )
    said = _record(package).get("image")
    spec = _spec(ImageSpec, said, package) if said else ImageSpec(size=height)
    if spec.size != height:
        raise BundleError(f"{RECORD}: got pictures of {spec.size}, {package.name} takes {height}")
    pixels = prepare(open_image(photo, target=spec.size), spec)
    gray = pictures[0].color == "GRAYSCALE"
    return {pictures[0].name: np.asarray(pixels.mean(-1).round(), np.uint8) if gray else pixels}


def text_input(package: Path, inputs: Mapping[str, Feature], text: str) -> dict[str, Array]:
    """Token ids [1, T], and which of them count, as the package's inputs ask.

    `ids` are padded; `eot` is 1 at the last token, `mask` at every token, 0 elsewhere. Raises
    UsageError if no tokenizer lies beside the package, or it takes no ids.
    """
    said = _record(package).get("text")
    if not said:
        raise UsageError(
            f"no {RECORD} and {TOKENIZER} beside {package.name}: give its ids as arrays"
        )
    spec = _spec(TextSpec, said, package)
    tokens = load_tokenizer(package.parent / TOKENIZER, spec).encode(text)
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


def _record(package: Path) -> dict[str, Any]:
    """What `photosearch export` wrote; empty if it did not. Raises BundleError if damaged."""
    path = package.parent / RECORD
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise BundleError(f"{path}: got {type(raw).__name__}, expected an object")
    return raw


def _spec(kind: type[Any], said: Any, package: Path) -> Any:
    try:
        return kind(**said["spec"])
    except (KeyError, TypeError) as error:
        raise BundleError(f"{package.parent / RECORD}: {error}") from error
