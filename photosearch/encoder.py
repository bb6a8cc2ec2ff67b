"""The `Encoder` protocol: what every model offers, whatever it is made of.

Shape legend: N photos or texts, D embedding width, S side of the model's input in pixels.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from photosearch.manifest import Calibration, ImageSpec

if TYPE_CHECKING:
    from PIL.Image import Image

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
ImageInput: TypeAlias = "str | os.PathLike[str] | Image | Bytes"  # an array is RGB, [H, W, 3]


class Tokenizer(Protocol):
    def encode(self, text: str) -> list[int]:
        """Token ids with start and end, cut to the context length, not padded."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Photos and words to unit vectors of one space.

    `space` names the space (hex SHA-256): vectors of two spaces are never compared.
    """

    @property
    def name(self) -> str: ...

    @property
    def space(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def image(self) -> ImageSpec: ...

    @property
    def calibration(self) -> Calibration: ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        """Files, PIL pictures or RGB arrays, uint8 [H, W, 3], to float32 [N, D], unit norm.

        Raises ImageError for the first one that cannot be read, ShapeError for another array.
        """
        ...

    def encode_pixels(self, pixels: Bytes) -> Floats:
        """Prepared RGB pixels, uint8 [N, S, S, 3], to float32 [N, D], unit norm.

        Raises ShapeError if they are not of that shape and type.
        """
        ...

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Strings to float32 [N, D], unit norm.

        Raises UsageError for what is no list of strings.
        """
        ...
