"""Converts a picture of any pixel layout and colour profile to 8-bit sRGB on white.

In this order: more than 8 bits become 8 (scaled by the white point, never clipped), alpha is
split off, the embedded ICC profile is applied, and the result is laid on white.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

_WIDE = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262  # TIFF tags
_COLOR_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}
_ROWS = 64  # of a picture, converted at a time: float copies of all would take much memory
_SRGB_NAMES = frozenset(("sRGB", "sRGB IEC61966-2.1", "sRGB built-in", "sRGB2014", "c2"))
_CMS_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def to_srgb(image: Image.Image) -> Image.Image:
    """Converts a picture of any mode to RGB; one that is plain sRGB already is returned unchanged.

    The ICC profile in `image.info` is converted; one that is broken, or made for another kind of
    pixels, is ignored. The input is not changed.
    """
    if image.mode in _WIDE:
        image = _to_8bit(image)
    alpha = None
    if image.has_transparency_data:
        mode = "LA" if image.mode in ("1", "L", "LA", "La") else "RGBA"
        image = image if image.mode == mode else image.convert(mode)
        alpha = image.getchannel("A")
    rgb = _managed(_opaque(image), image.info.get("icc_profile"))
    if alpha is None or alpha.getextrema() == (255, 255):
        return rgb
    result = Image.new("RGB", rgb.size, "white")
    result.paste(rgb, mask=alpha)  # as `Image.composite` does, in one copy less
    return result


def _opaque(image: Image.Image) -> Image.Image:
    """The picture without alpha or palette, in a mode that an ICC profile can describe."""
    if image.mode in _COLOR_SPACES:
        return _adobe(image)
    return image.convert("L" if image.mode in ("1", "LA", "La") else "RGB")


def _adobe(image: Image.Image) -> Image.Image:
    """CMYK with 0 for no ink and 255 for full.

    Adobe writes JPEGs the other way round and says so with its marker. Pillow turns every CMYK
    JPEG round, so one without that marker is turned back.
    """
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        return ImageChops.invert(image)
    return image


def _managed(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converts L, RGB, CMYK or LAB to sRGB by its profile, or by Pillow's plain formula."""
    if profile or image.mode == "LAB":
        transform = _transform(profile or b"", image.mode)
        if transform is not None:
            try:
                return transform.apply(image)
            except _CMS_ERRORS:
                pass  # a broken profile is no reason to lose the photo
    return image if image.mode == "RGB" else image.convert("RGB")


@lru_cache(maxsize=16)  # the photos of one camera share one profile
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform from a profile to sRGB; None if none is needed or the profile is unusable."""
    try:
        source = _source(profile, mode)
        if source.profile.xcolor_space.strip() != _COLOR_SPACES[mode]:
            return None
        if (source.profile.profile_description or "") in _SRGB_NAMES:
            return None
        return ImageCms.ImageCmsTransform(source, _srgb(), mode, "RGB")
    except _CMS_ERRORS:
        return None


def _source(profile: bytes, mode: str) -> ImageCms.ImageCmsProfile:
    if mode == "LAB":  # says what it is by itself
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _to_8bit(image: Image.Image) -> Image.Image:
    """Converts 16-bit, 32-bit and float gray to mode L: floor(255 * value / white + 0.5).

    White is 2^bits - 1 where the file says how many bits (up to 16). For 32-bit integers and
    floats, which have no agreed white, it is the least of 1 (floats only), 255 and 65535 that no
    pixel exceeds, and otherwise the largest pixel. Negative values and NaN are black.
    """
    values = np.asarray(image)  # [H, W]
    tags = getattr(image, "tag_v2", {})
    blocks = [values[top : top + _ROWS] for top in range(0, len(values), _ROWS)]
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        bits = tags.get(_BITS_PER_SAMPLE, (16,))[0]
        white: float = (1 << min(max(bits, 1), 16)) - 1
    else:
        largest = max(float(_positive(block).max(initial=0.0)) for block in blocks)
        white = _white(largest, values.dtype)
    gray = np.concatenate([_scaled(_positive(block), white) for block in blocks])
    if tags.get(_PHOTOMETRIC) == 0:  # "white is zero", which Pillow leaves alone in these modes
        gray = 255 - gray
    result = Image.fromarray(gray)
    result.info = {k: v for k, v in image.info.items() if k == "icc_profile"}
    return result


def _positive(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """The values with negative ones and NaN set to 0."""
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    positive: NDArray[np.generic] = np.maximum(finite, 0)
    return positive


def _white(largest: float, dtype: np.dtype[np.generic]) -> float:
    candidates = (1.0, 255.0, 65535.0) if dtype.kind == "f" else (255.0, 65535.0)
    return next((white for white in candidates if largest <= white), largest)


def _scaled(values: NDArray[np.generic], white: float) -> NDArray[np.uint8]:
    scaled = np.asarray(values, dtype=np.float32) * np.float32(255.0 / white)
    rounded: NDArray[np.uint8] = (np.clip(scaled, 0.0, 255.0) + np.float32(0.5)).astype(np.uint8)
    return rounded
