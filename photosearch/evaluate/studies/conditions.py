"""Ways in which photos arrive changed: compressed, cropped, rotated, scaled, noisy, blurred, small.

A condition changes either the whole photo, which the model's own preparation then brings to its
input, or that input. What depends on the scale of pixels is done to the input, as in ImageNet-C
(Hendrycks and Dietterich 2019, arXiv:1903.12261): JPEG artefacts, noise and blur then mean the same
for photos of any size. Every change depends on the picture alone.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from photosearch.manifest import ImageSpec

if TYPE_CHECKING:
    from PIL.Image import Image

Change: TypeAlias = "Callable[[Image], Image]"
Level: TypeAlias = float | str

FILTERS = ("bicubic", "lanczos", "bilinear", "box", "nearest")
_MOST_ASPECT = 8  # of what is scaled for a crop, as in images.resize
_ROTATED = 1024  # pixels of the longer side at most, four times the input of most models


@dataclass(frozen=True, eq=False)
class Condition:
    """One kind of change, by levels from mild to strong."""

    name: str
    unit: str  # of the levels; "" where they are names
    levels: Mapping[Level, Change]  # RGB picture to RGB picture of any size
    of_input: bool  # given the model's square of pixels, else the whole photo


def standard_conditions(image: ImageSpec) -> tuple[Condition, ...]:
    """Seven conditions and their levels, for a model that prepares photos like that."""

    def each(change: Callable[..., Image], by: str, *levels: float) -> dict[Level, Change]:
        return {level: partial(change, **{by: level}) for level in levels}

    jpeg = each(compressed, "quality", 90, 50, 30, 10, 5)
    noise = each(noisy, "sigma", 5, 10, 20, 40, 80)
    blur = each(blurred, "sigma", 0.5, 1, 2, 4)
    thumbnail = each(reduced, "kept", 0.5, 0.25, 0.125)
    crop = each(cropped, "kept", 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
    rotation = each(rotated, "degrees", 5, 15, 45, 90, 180)
    filters: dict[Level, Change] = {
        name: partial(resized, name=name, image=image) for name in FILTERS
    }
    return (
        Condition("JPEG", "quality", jpeg, of_input=True),
        Condition("noise", "sigma of 255", noise, of_input=True),
        Condition("blur", "sigma in pixels", blur, of_input=True),
        Condition("thumbnail", "of each side", thumbnail, of_input=True),
        Condition("crop", "of each side", crop, of_input=False),
        Condition("rotation", "degrees", rotation, of_input=False),
        Condition("resize filter", "", filters, of_input=False),
    )


def compressed(picture: Image, quality: float) -> Image:
    """Saved as JPEG with libjpeg's quality, 1 to 95, and 4:2:0 chroma, and read again."""
    import PIL.Image

    file = io.BytesIO()
    picture.save(file, "JPEG", quality=round(quality), subsampling="4:2:0")
    with PIL.Image.open(file) as again:
        return again.convert("RGB")


def noisy(picture: Image, sigma: float) -> Image:
    """Gaussian noise of this standard deviation, of 255, on every channel of every pixel.

    Seeded by the pixels: the same photo has the same noise wherever it comes in a set, at every
    level so many times stronger.
    """
    import PIL.Image

    random = np.random.default_rng(zlib.crc32(picture.tobytes()))
    pixels = np.asarray(picture, np.float32)
    noise = random.standard_normal(pixels.shape, np.float32)
    return PIL.Image.fromarray(np.clip(np.rint(pixels + sigma * noise), 0, 255).astype(np.uint8))


def blurred(picture: Image, sigma: float) -> Image:
    """Gaussian blur of this standard deviation in pixels, as Pillow approximates it."""
    from PIL.ImageFilter import GaussianBlur

    return picture.filter(GaussianBlur(sigma))


def reduced(picture: Image, kept: float) -> Image:
    """Both sides brought to this share and back, bicubic: what a thumbnail keeps."""
    from PIL.Image import Resampling

    small = picture.resize(_share(picture, kept), Resampling.BICUBIC)
    return small.resize(picture.size, Resampling.BICUBIC)


def cropped(picture: Image, kept: float) -> Image:
    """The middle, of this share of each side.

    What is left of a small photo has fewer pixels than the model takes: it loses detail as well.
    """
    return _middle(picture, *_share(picture, kept))


def rotated(picture: Image, degrees: float) -> Image:
    """Turned anticlockwise: by right angles as a whole, else within its frame.

    The corners are filled with the photo's own reflection: it stands for what a crooked camera
    would have seen there, where black or a crop would be a second change. For that, photos are
    first reduced to 1,024 pixels, still several times what the model takes.
    """
    from PIL.Image import Resampling, fromarray

    if degrees % 90 == 0:
        return picture.rotate(degrees, expand=True)
    frame = picture.copy()
    frame.thumbnail((_ROTATED, _ROTATED), Resampling.BICUBIC)
    diagonal = math.hypot(*frame.size)
    across, down = (math.ceil((diagonal - side) / 2) + 1 for side in frame.size)
    wide = np.pad(np.asarray(frame), ((down, down), (across, across), (0, 0)), "symmetric")
    turned = fromarray(wide).rotate(degrees, Resampling.BICUBIC)
    return _middle(turned, *frame.size)


def resized(picture: Image, name: str, image: ImageSpec) -> Image:
    """Brought to the model's side by another of Pillow's filters, antialiased but for nearest.

    The model's own gives the same pixels as `images.model_pixels`.
    """
    from PIL.Image import Resampling

    how, size = Resampling[name.upper()], (image.size, image.size)
    if image.resize == "crop":
        short = min(picture.size)
        picture = _middle(picture, *(min(side, _MOST_ASPECT * short) for side in picture.size))
        size = (image.size * picture.width // short, image.size * picture.height // short)
    return picture.resize((size[0], picture.height), how).resize(size, how)


def _share(picture: Image, kept: float) -> tuple[int, int]:
    return max(1, round(kept * picture.width)), max(1, round(kept * picture.height))


def _middle(picture: Image, width: int, height: int) -> Image:
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
