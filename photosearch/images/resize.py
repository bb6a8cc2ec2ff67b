"""Resizes a picture to the model's square of pixels; bit for bit the same in Python and Swift.

Python and Swift must agree to the bit, so this is the whole algorithm (that of Pillow's
antialiased `Image.resize`; the tests hold a plain numpy version of this text against it).

One axis, from `n` to `m` pixels, one channel at a time. All real numbers are float64.
    scale   = n / m                   support = radius * max(scale, 1)
    for each output i:
        centre = (i + 0.5) * scale
        first  = max(trunc(centre - support + 0.5), 0)
        last   = min(trunc(centre + support + 0.5), n)            (not included)
        w[x]   = filter((x - centre + 0.5) / max(scale, 1))       for x in first ... last - 1
        w[x]   = w[x] / sum(w)                                    (summed from first to last)
        k[x]   = trunc(w[x] * 2^22 + 0.5), or - 0.5 if w[x] < 0   (int32)
        out[i] = clamp((2^21 + sum(k[x] * in[x])) >> 22, 0, 255)  (arithmetic shift)
    bilinear: radius 1, filter(t) = max(1 - |t|, 0)
    bicubic:  radius 2, a = -0.5 (Keys 1981), t = |t|:
        t < 1: ((a + 2) * t - (a + 3)) * t * t + 1
        t < 2: (((t - 5) * t + 8) * t - 4) * a                    else 0
The horizontal pass comes first, its result is rounded to uint8, then the vertical pass; an axis
that keeps its size is left alone. Since version 13 Pillow sometimes takes the vertical pass
first, which changes some pixels by 1; so each axis is a call of its own here.

    squash: width -> size, height -> size.
    crop:   the shorter side -> size, the longer -> floor(size * longer / shorter), then the
            middle: left = (width - size) // 2, top = (height - size) // 2. A picture more than 8
            times longer than wide is first cut to its middle 8 : 1, left = (width - 8 * height)
            // 2 or likewise; otherwise a thin strip would be scaled to millions of pixels.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from photosearch.encoder import Bytes
from photosearch.images.color import to_srgb
from photosearch.images.formats import pixel_errors
from photosearch.manifest import ImageSpec

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
_MAX_ASPECT = 8


def model_pixels(image: Image.Image, spec: ImageSpec) -> Bytes:
    """Resizes an upright picture to the image tower's input: uint8 RGB [S, S, 3].

    A picture that is not RGB is converted first (see `color.to_srgb`). Raises ImageError if its
    pixels are damaged or too many for the memory.
    """
    with pixel_errors(image.format or "picture"):
        rgb = image if image.mode == "RGB" else to_srgb(image)
        if spec.resize == "crop":
            scaled = _cropped(rgb, spec)
        else:
            scaled = _scaled(rgb, spec, spec.size, spec.size)
        return np.array(scaled, dtype=np.uint8)  # [S, S, 3]


def _scaled(image: Image.Image, spec: ImageSpec, width: int, height: int) -> Image.Image:
    across = image.resize((width, image.height), _FILTERS[spec.filter])
    return across.resize((width, height), _FILTERS[spec.filter])


def _cropped(image: Image.Image, spec: ImageSpec) -> Image.Image:
    short = min(image.size)
    image = _middle(image, _MAX_ASPECT * short)
    width, height = (spec.size * side // short for side in image.size)
    return _middle(_scaled(image, spec, width, height), spec.size)


def _middle(image: Image.Image, longest: int) -> Image.Image:
    """The middle of the picture, with no side longer than `longest`."""
    width, height = (min(side, longest) for side in image.size)
    if (width, height) == image.size:
        return image
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
