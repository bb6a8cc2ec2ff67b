"""What every model offers, whatever it is made of.

Shape legend: N photos or texts, D embedding width, S side of the model's input in pixels.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import QueryError
from photosearch.manifest import Calibration, ImageSpec
from photosearch.query.parse import NEGATIVE_WEIGHT
from photosearch.types import Query

if TYPE_CHECKING:
    from PIL.Image import Image

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
ImageInput: TypeAlias = "str | os.PathLike[str] | Image | Bytes"  # an array is RGB, [H, W, 3]

_CANCELLED = 1e-6  # a sum of unit vectors this short has no direction left, only rounding


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


@dataclass(frozen=True, slots=True, eq=False)
class QueryVectors:
    """Where to look: near `toward`; what is nearer to one of `away` stands back."""

    toward: Floats  # [D], unit norm
    away: Floats  # [M, D], unit norm
    strengths: tuple[float, ...] = ()  # [M], above 0; that of a plain negative word is 1


def embed_query(encoder: Encoder, query: Query) -> QueryVectors:
    """A weighted query as vectors: the sum of weight * term, and each negative term by itself.

    Without a positive term, the sum is that of the negative ones: photos least like them.

    Raises QueryError if there are no terms, a weight is not finite, or the terms cancel out.
    """
    if not query.terms:
        raise QueryError("the query is empty: got no words, expected at least one")
    weights = np.array([term.weight for term in query.terms], np.float32)  # [terms]
    if not np.isfinite(weights).all():
        raise QueryError(f"query weights: got {weights.tolist()}, expected finite numbers")
    terms = encoder.encode_texts([term.text for term in query.terms])  # [terms, D]
    if not (weights > 0).any():
        return QueryVectors(_direction(weights, terms), terms[:0])
    negative = weights < 0
    return QueryVectors(
        _direction(np.maximum(weights, 0), terms),
        terms[negative],
        tuple((weights[negative] / np.float32(NEGATIVE_WEIGHT)).tolist()),
    )


def _direction(weights: Floats, terms: Floats) -> Floats:
    """weights [terms], terms [terms, D] -> [D], unit norm."""
    total = (weights / max(float(np.abs(weights).max()), _CANCELLED)) @ terms
    length = float(np.linalg.norm(total))
    if length < _CANCELLED:
        raise QueryError("the parts of the query cancel each other out: nothing is left to find")
    return np.asarray(total / length, np.float32)
