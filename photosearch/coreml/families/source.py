"""The common description of a model that can be converted.

Shape legend: S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import nn

from photosearch.coreml.layout.base import Layout
from photosearch.coreml.layout.text import POOLING_INPUT, Pooling
from photosearch.errors import ShapeError
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


def text_inputs(text: TextSide, ids: Sequence[int]) -> Mapping[str, NDArray[np.generic]]:
    """What a converted text tower takes for one text.

    `ids` are as the tokenizer gives them, start and end included, not padded. Returns `ids` int32
    [1, T] and, as the pooling asks, `eot` or `mask` float16 [1, 1, 1, T]. Raises ShapeError if
    there are none or too many.
    """
    context, count = text.spec.context, len(ids)
    if not 0 < count <= context:
        raise ShapeError(f"tokens: got {count}, expected 1 to {context}")
    padded = np.full((1, context), text.spec.pad_id, np.int32)
    padded[0, :count] = ids
    name = POOLING_INPUT[text.pooling]
    if name is None:
        return {"ids": padded}
    weights = np.zeros((1, 1, 1, context), np.float16)
    weights[..., count - 1 if text.pooling == "eot" else slice(count)] = 1
    return {"ids": padded, name: weights}
