"""The built-in model as an Encoder.

Words go through numpy, photos through OpenVINO, which is imported only when the first photo
comes, so that a search never waits for it.

Shape legend: N photos or texts, T tokens, S side in pixels, D embedding width.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.contract import TOKENIZER
from photosearch.encoder import Bytes, Floats, ImageInput, choose_width, cut, named_space
from photosearch.manifest import Calibration, ImageSpec
from photosearch.models.batches import check_pixels, check_texts, encode_in_batches, pixel_batches
from photosearch.models.bundle_io import WEIGHTS, WORDS, open_bundle, read_backbone
from photosearch.models.text_tower import NumpyTextTower
from photosearch.text import load_tokenizer
from photosearch.weights import load_arrays

if TYPE_CHECKING:
    from photosearch.models.image_tower import ImageRunner
    from photosearch.text import ClipBPE, WordPiece

PHOTOS = 16  # per forward pass


class BuiltinEncoder:
    """Reads a `.photomodel` bundle of architecture photosearch-v1."""

    def __init__(self, bundle: Path, *, name: str, width: int | None = None) -> None:
        """`name` is what `load_encoder` found it under; `width` cuts the embeddings.

        Raises BundleError if the bundle is missing or damaged, UsageError for a width that the
        model was not trained for.
        """
        self._bundle, self._manifest, self._name = bundle, open_bundle(bundle), name
        self._dim = choose_width(width, self._manifest.widths)

    @property
    def name(self) -> str:
        return self._name

    @property
    def space(self) -> str:
        return named_space(self._manifest.space, self._dim, self._manifest.widths)

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def image(self) -> ImageSpec:
        return self._manifest.image

    @property
    def calibration(self) -> Calibration:
        return self._manifest.calibration

    @cached_property
    def tokenizer(self) -> WordPiece | ClipBPE:
        listed = WORDS in self._manifest.files  # another is not what was hashed
        return load_tokenizer(self._bundle / TOKENIZER, self._manifest.text, mends=listed)

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        """Files, PIL pictures or RGB arrays, uint8 [H, W, 3], to float32 [N, D].

        Raises ImageError for the first unreadable, ShapeError for another array.
        """
        parts = [
            self.encode_pixels(part) for part in pixel_batches(images, self.image, size=PHOTOS)
        ]
        return np.concatenate([np.empty((0, self._dim), np.float32), *parts])

    def encode_pixels(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] to float32 [N, D]. Raises ShapeError for anything else."""
        check_pixels(pixels, self.image.size)
        return cut(self._image_runner(pixels), self._dim)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Strings to float32 [N, D]. Raises UsageError for what is no list of strings."""
        return encode_in_batches(check_texts(texts), self._encode, dim=self._dim)

    def _encode(self, texts: Sequence[str]) -> Floats:
        return cut(self._text_tower(self.tokenizer.encode_batch(texts)), self._dim)

    @cached_property
    def _text_tower(self) -> NumpyTextTower:
        return NumpyTextTower.load(self._bundle / WEIGHTS)

    @cached_property
    def _image_runner(self) -> ImageRunner:
        from photosearch.models.image_tower import ImageRunner

        weights = self._bundle / WEIGHTS
        backbone, tensors = read_backbone(weights), load_arrays(weights, "image.")
        return ImageRunner(tensors, backbone, side=self.image.size)
