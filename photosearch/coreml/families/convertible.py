"""Describes a model that can be converted, whatever its family, and opens one.

Shape legend: S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from torch import nn

from photosearch.contract import Pooling
from photosearch.coreml.layout.layouts import Layout
from photosearch.errors import ModelError
from photosearch.manifest import FILE_NAME, Calibration, ImageSpec, TextSpec
from photosearch.models.checkpoint import CONFIG, download, is_hub_id
from photosearch.models.load import BUILTIN, builtin_bundle

Build: TypeAlias = Callable[[Layout], nn.Module]


@dataclass(frozen=True, slots=True)
class ImageSide:
    """The image tower, and how a photo is prepared for it."""

    spec: ImageSpec
    build: Build  # an ImageTower: [1, 3, S, S], values 0..255 -> [1, D]


@dataclass(frozen=True, slots=True)
class TextSide:
    """The text tower, and how a text is prepared for it."""

    spec: TextSpec
    pooling: Pooling
    build: Build  # a TextTower: ids [1, T], then what the pooling asks for -> [1, D]
    tokenizer: tuple[Path, ...]  # the files that make the tokenizer


@dataclass(frozen=True, slots=True)
class Convertible:
    """A model of two towers that can be converted to Core ML, whatever its family."""

    name: str
    architecture: str  # photosearch-v1, clip, siglip or mobileclip
    dim: int
    widths: tuple[int, ...]  # to which an embedding may be cut, widest first
    space: str  # as in the manifest
    calibration: Calibration
    image: ImageSide
    text: TextSide


@dataclass(frozen=True, slots=True)
class Family:
    """How a folder is recognised, and read under a name."""

    knows: Callable[[Path], bool]
    read: Callable[[Path, str], Convertible]


def families() -> Iterator[Family]:
    """Every family that can be converted; the first that knows a folder reads it."""
    from photosearch.coreml.families import builtin, mobileclip, pretrained

    yield Family(builtin.is_bundle, lambda bundle, _name: builtin.read_bundle(bundle))
    yield Family(mobileclip.is_mobileclip, mobileclip.read_mobileclip)
    yield Family(pretrained.is_pretrained, pretrained.read_pretrained)


def open_model(name_or_path: str | os.PathLike[str] = BUILTIN) -> Convertible:
    """What can be converted under that name.

    "builtin"; a `.photomodel` bundle; a directory that transformers' `save_pretrained` wrote for
    a CLIP or SigLIP model, or the id of one on the hub; a directory with a MobileCLIP checkpoint
    as Apple publishes them, and CLIP's vocabulary.

    Raises BundleError or ModelError if there is no such model, it is damaged, its tensors do not
    fit or its tokenizer is missing; MissingExtra if a hub id needs huggingface_hub.
    """
    from photosearch.coreml.families.builtin import read_bundle
    from photosearch.coreml.families.pretrained import read_pretrained

    name = os.fspath(name_or_path)
    if name == BUILTIN:
        return read_bundle(builtin_bundle())
    path = Path(name)
    if path.is_dir():
        directory = path.resolve()
        return _read(directory, directory.name)
    if path.exists() or not is_hub_id(name) or path.suffix == ".photomodel":
        raise ModelError(f"no model at {name!r}: expected a bundle or a checkpoint folder")
    return read_pretrained(download(name), name)


def _read(directory: Path, name: str) -> Convertible:
    for family in families():
        if family.knows(directory):
            return family.read(directory, name)
    raise ModelError(
        f"no model in {directory}: expected a bundle's {FILE_NAME}, a checkpoint's "
        f"{CONFIG}, or the files of a MobileCLIP as Apple publishes it"
    )
