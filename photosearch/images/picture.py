"""Loads one photo as a picture with its details, for what looks at more than the model's square.

Shape legend: H, W sides of a picture in pixels.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from photosearch.encoder import Bytes
from photosearch.errors import ImageError
from photosearch.images.files import PICTURES, whole_file, with_path
from photosearch.images.formats import pixel_errors
from photosearch.images.load import decoded, opened


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPicture:
    """An upright photo in sRGB, and which bytes it was read from."""

    pixels: Bytes  # uint8 RGB [H, W, 3]
    content_hash: str  # SHA-256 of the file, hex


def load_picture(path: Path, *, most_pixels: int, most_side: int) -> LoadedPicture:
    """Reads one photo file, scaled down to H * W <= `most_pixels` and H, W <= `most_side`.

    Safe to call from many threads; it waits as `load_photo` does. Raises ImageError, whatever the
    file holds.
    """
    with whole_file(path) as file:
        try:
            pixels = _pixels(file.data, most_pixels, most_side)
        except ImageError as error:
            raise with_path(error, path)  # noqa: B904 - it is the same error
        return LoadedPicture(pixels, hashlib.sha256(file.data).hexdigest())


def _pixels(data: bytes, most_pixels: int, most_side: int) -> Bytes:
    with opened(data) as photo:
        short = min(_scaled(photo.image.size, most_pixels, most_side))
    with opened(data, target=short) as photo, PICTURES.room(photo.pixels):
        picture = decoded(photo)
    size = _scaled(picture.size, most_pixels, most_side)
    with pixel_errors("picture"):
        if size != picture.size:
            picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        return np.array(picture, np.uint8)


def _scaled(size: tuple[int, int], most_pixels: int, most_side: int) -> tuple[int, int]:
    """Width and height within the limits, at least one pixel each."""
    width, height = size
    scale = min(1.0, math.sqrt(most_pixels / (width * height)), most_side / max(size))
    return max(int(width * scale), 1), max(int(height * scale), 1)
