"""Bytes to an upright sRGB picture."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from photosearch.errors import ImageError, ImageTooLarge, TruncatedImage
from photosearch.images.color import to_srgb
from photosearch.images.exif import orientation
from photosearch.images.files import known_format, noted, read_file
from photosearch.images.formats import Format, ends_early, open_as
from photosearch.images.guard import decoding, opening
from photosearch.images.jpeg import ends_in_gray

MAX_PIXELS = 300_000_000

# What undoes each orientation (EXIF 3.0, tag 274)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_image(
    source: Path | bytes, *, target: int | None = None, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """A photo as an upright picture, mode RGB, 8 bits, sRGB, transparency laid on white.

    `target` is the side, in pixels, to which the picture will be scaled: a JPEG may then come
    back reduced (2, 4 or 8 times, both sides still >= target), which decodes far faster. Of
    animations and multi-page files the first picture is taken.

    Raises EmptyImage, TruncatedImage, DamagedImage, UnsupportedImage, ImageTooLarge (more than
    `max_pixels`, seen before decoding; Pillow itself ends at 179 megapixels for TIFF and WebP),
    ImageChanged, and ImageRefused if the file cannot be read.
    """
    if isinstance(source, bytes):
        return _decode(source, target, max_pixels)
    data = read_file(source).data
    try:
        return _decode(data, target, max_pixels)
    except ImageError as error:
        raise noted(error, source)  # noqa: B904 - it is the same error


def upright(image: Image.Image) -> Image.Image:
    """The same for a picture that is already open in Pillow: oriented, sRGB, mode RGB.

    The input is not changed. Raises ImageError if its pixels, loaded only now, are damaged.
    """
    with decoding(image.format or "picture"):
        image.load()
        turn = _UPRIGHT.get(orientation(image))
        turned = image if turn is None else _transposed(image, turn)
        return to_srgb(turned)


def _decode(data: bytes, target: int | None, max_pixels: int) -> Image.Image:
    name = known_format(data)
    if ends_early(name, data):
        raise TruncatedImage(f"{name} ends early: the rest of the file is missing")
    with opening(name):
        image = open_as(name, data)
    with image:
        _check_size(image, max_pixels)
        if image.format in ("JPEG", "RAW") and target is not None:
            image.draft(None, (target, target))
        picture = upright(image)
        if name == "JPEG":
            _check_tail(image, name, data)
    picture.info = {}  # orientation and profile are applied: nobody must apply them again
    return picture


def _check_size(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"picture too large: got {width} x {height} pixels,"
            f" the limit is {max_pixels / 1e6:.0f} megapixels"
        )


def _check_tail(image: Image.Image, name: Format, data: bytes) -> None:
    with decoding(name):
        early = ends_in_gray(image, data)
    if early:
        raise TruncatedImage(f"{name} ends early: the rest of the picture is missing")


def _transposed(image: Image.Image, turn: Image.Transpose) -> Image.Image:
    result = image.transpose(turn)
    result.format = image.format  # color.py asks whether CMYK comes from a JPEG
    return result
