"""The common description of a model that can be converted.

Shape legend: S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from torch import nn

from photosearch.contract import Pooling
from photosearch.coreml.layout.base import Layout
from photosearch.manifest import Calibration, ImageSpec, TextSpec

Build: TypeAlias = Callable[[Layout], nn.Module]


@dataclass(frozen=True, slots=True)
class ImageSide:
    spec: ImageSpec
    build: Build  # an ImageTower: [1, 3, S, S], values 0..255 -> [1, D]


@dataclass(frozen=True, slots=True)
class TextSide:
    spec: TextSpec
    pooling: Pooling
    build: Build  # a TextTower: ids [1, T], then what the pooling asks for -> [1, D]
    tokenizer: tuple[Path, ...]  # the files that make the tokenizer


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    architecture: str  # photosearch-v1, clip, siglip or mobileclip
    dim: int
    widths: tuple[int, ...]  # to which an embedding may be cut, widest first
    space: str  # as in the manifest
    calibration: Calibration
    image: ImageSide
    text: TextSide
