"""The `Encoder` protocol: what every model offers, whatever it is made of.

Shape legend: N photos or texts, D embedding width, S side of the model's input in pixels.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.manifest import Calibration, ImageSpec

if TYPE_CHECKING:
    from PIL.Image import Image

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
_TINY = np.float32(1e-12)  # a smaller norm is not divided by
ImageInput: TypeAlias = "str | os.PathLike[str] | Image | Bytes"  # an array is RGB, [H, W, 3]


class Tokenizer(Protocol):
    """Text to token ids."""

    def encode(self, text: str) -> list[int]:
        """Token ids with start and end, cut to the context length, not padded."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Photos and words to unit vectors of one space.

    `space` names the space (hex SHA-256): vectors of two spaces are never compared.
    """

    @property
    def name(self) -> str:
        """What the model is called, by which `load_encoder` finds it."""
        ...

    @property
    def space(self) -> str:
        """The id of the space of its vectors."""
        ...

    @property
    def dim(self) -> int:
        """D, the embedding width."""
        ...

    @property
    def image(self) -> ImageSpec:
        """How photos are prepared for it."""
        ...

    @property
    def calibration(self) -> Calibration:
        """From a cosine to the probability that a photo matches words."""
        ...

    @property
    def tokenizer(self) -> Tokenizer:
        """Of its text tower."""
        ...

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


def choose_width(width: int | None, widths: tuple[int, ...]) -> int:
    """The width to use; None is the widest. Raises UsageError if the model has no such width."""
    if width is None:
        return widths[0]
    if width not in widths:
        listed = ", ".join(map(str, widths))
        raise UsageError(f"embedding width: got {width}, expected one of {listed}")
    return width


def named_space(space: str, width: int, widths: tuple[int, ...]) -> str:
    """Vectors of two widths are never compared, so a cut embedding has a space of its own."""
    return space if width == widths[0] else f"{space}/{width}"


def cut(vectors: Floats, width: int) -> Floats:
    """The first values, made unit again: [N, D] -> [N, width].

    For models that were trained for it (Matryoshka: Kusupati et al. 2022, arXiv:2205.13147).
    """
    if vectors.shape[1] == width:
        return vectors
    head = vectors[:, :width]
    norm = np.linalg.norm(head, axis=1, keepdims=True)
    return np.asarray(head / np.maximum(norm, _TINY), np.float32)
