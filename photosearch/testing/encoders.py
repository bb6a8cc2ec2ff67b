"""A fake encoder of photos and texts: it knows eight colours and needs no model.

Shape legend: N photos or texts, S side in pixels, D embedding width.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence

import numpy as np

from photosearch.encoder import Bytes, Floats, ImageInput
from photosearch.errors import UsageError
from photosearch.manifest import Calibration, ImageSpec

# The corners of the RGB cube: the index of a colour is 4 * red + 2 * green + blue.
COLORS = ("black", "blue", "green", "cyan", "red", "magenta", "yellow", "white")
_LAYOUT = 0.1  # how much the picture's layout counts beside its colours
_UNKNOWN = 0.01  # how much a word counts that names no colour
_HALF = 128  # of a channel's range
_WORD = re.compile(r"\w+")


class FakeTokenizer:
    """A Tokenizer that gives each word one id, between 1 (start) and 2 (end)."""

    def encode(self, text: str) -> list[int]:
        return [1, *(3 + zlib.crc32(word.encode()) % 997 for word in _words(text)), 2]


class FakeEncoder:
    """An Encoder that embeds colours only: needs no model, and is the same on every machine.

    A photo is the share of each of eight colours (and, in further values, how bright it is from
    top to bottom); a text is the colours that it names. `photos_encoded` counts the photos.
    """

    def __init__(self, *, dim: int = len(COLORS), side: int = 32, name: str = "fake") -> None:
        """Raises UsageError if `dim` has no room for the colours."""
        if dim < len(COLORS):
            raise UsageError(f"dim: got {dim}, expected at least {len(COLORS)}")
        self.name, self.dim = name, dim
        self.space = hashlib.sha256(f"{name} {dim}".encode()).hexdigest()
        self.image = ImageSpec(size=side, filter="bilinear")
        self.calibration = Calibration(scale=10.0, bias=-5.0)
        self.tokenizer, self.photos_encoded = FakeTokenizer(), 0

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        """Files, PIL pictures or RGB arrays, uint8 [H, W, 3], to float32 [N, D].

        Raises ImageError for the first unreadable, ShapeError for another array.
        """
        from photosearch.models.batches import pixel_batches

        parts = [self.encode_pixels(part) for part in pixel_batches(images, self.image, size=64)]
        return np.concatenate([np.empty((0, self.dim), np.float32), *parts])

    def encode_pixels(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] to float32 [N, D]. Raises ShapeError for anything else."""
        from photosearch.models.batches import check_pixels

        check_pixels(pixels, self.image.size)
        self.photos_encoded += len(pixels)
        corners = (pixels >= _HALF) @ np.array([4, 2, 1])  # [N, S, S]
        shares = [(corners == index).mean(axis=(1, 2)) for index in range(len(COLORS))]
        rows = np.array_split(pixels.mean(axis=(2, 3)), self.dim - len(COLORS) or 1, axis=1)
        bright = [_LAYOUT * (row.mean(axis=1) / _HALF - 1) for row in rows if row.shape[1]]
        return _unit(np.stack((shares + bright)[: self.dim], axis=1), self.dim)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Strings to float32 [N, D]. Raises UsageError for anything but a list of strings."""
        from photosearch.models.batches import check_texts

        rows = [self._text(text) for text in check_texts(texts)]
        return _unit(np.array(rows).reshape(len(rows), len(COLORS)), self.dim)

    def _text(self, text: str) -> Floats:
        vector = np.zeros(len(COLORS), np.float32)
        for word in _words(text) or [""]:
            known = word in COLORS
            index = COLORS.index(word) if known else zlib.crc32(word.encode()) % len(COLORS)
            vector[index] += 1.0 if known else _UNKNOWN
        return vector


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _unit(vectors: Floats, dim: int) -> Floats:
    """Unit rows, filled up with zeros to the width: [N, *] -> [N, D]."""
    wide = np.zeros((len(vectors), dim), np.float32)
    wide[:, : vectors.shape[1]] = vectors
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide
