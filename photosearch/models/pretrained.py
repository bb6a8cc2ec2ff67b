"""CLIP and SigLIP checkpoints of transformers as an Encoder.

Radford et al. 2021, arXiv:2103.00020; Zhai et al. 2023, arXiv:2303.15343. The model is loaded
when the first photo or text comes. Shape legend: N photos or texts, S side in pixels, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.encoder import Bytes, Floats, ImageInput, Tokenizer, choose_width
from photosearch.errors import require
from photosearch.manifest import Calibration, ImageSpec
from photosearch.models.batches import check_pixels, check_texts, encode_in_batches, pixel_batches
from photosearch.models.checkpoint import read_checkpoint

if TYPE_CHECKING:
    from photosearch.models.hf_towers import TransformerTowers

PHOTOS = 16  # per forward pass


class PretrainedEncoder:
    """Reads a directory that `save_pretrained` wrote: model, image processor and tokenizer."""

    def __init__(
        self, directory: Path, *, name: str, width: int | None = None, bf16: bool | None = None
    ) -> None:
        """`name` is what `load_encoder` found it under.

        `bf16` says whether the image tower runs in bfloat16; None asks the CPU. Raises ModelError
        if this is not a CLIP or SigLIP checkpoint, UsageError for a width other than the model's,
        MissingExtra without torch and transformers.
        """
        require("models", f"model {name!r}", "torch", "transformers")
        self._files, self._name, self._bf16 = read_checkpoint(directory), name, bf16
        choose_width(width, (self.dim,))

    @property
    def name(self) -> str:
        return self._name

    @property
    def space(self) -> str:
        return self._files.space

    @property
    def dim(self) -> int:
        return self._files.dim

    @property
    def image(self) -> ImageSpec:
        return self._files.preprocessing.spec

    @cached_property
    def calibration(self) -> Calibration:
        """SigLIP's own scale and bias; CLIP's own scale, and a bias measured for it."""
        return self._towers.calibration

    @property
    def tokenizer(self) -> Tokenizer:
        return self._towers.tokenizer

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        """Files, PIL pictures or RGB arrays, uint8 [H, W, 3], to float32 [N, D].

        Raises ImageError for the first unreadable, ShapeError for another array.
        """
        parts = [
            self.encode_pixels(part) for part in pixel_batches(images, self.image, size=PHOTOS)
        ]
        return np.concatenate([np.empty((0, self.dim), np.float32), *parts])

    def encode_pixels(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] to float32 [N, D]. Raises ShapeError for anything else."""
        check_pixels(pixels, self.image.size)
        parts = [self._towers.photos(pixels[i : i + PHOTOS]) for i in range(0, len(pixels), PHOTOS)]
        return np.concatenate([np.empty((0, self.dim), np.float32), *parts])

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Strings to float32 [N, D]. Raises UsageError for what is no list of strings."""
        return encode_in_batches(check_texts(texts), self._towers.texts, dim=self.dim)

    @cached_property
    def _towers(self) -> TransformerTowers:
        from photosearch.models.hf_towers import TransformerTowers

        return TransformerTowers(self._files, bf16=self._bf16)
