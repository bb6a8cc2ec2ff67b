"""Bytes to an upright sRGB picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile

from photosearch.errors import ImageError, ImageTooLarge, TruncatedImage
from photosearch.images.color import to_srgb
from photosearch.images.files import known_format, noted, read_file
from photosearch.images.formats import Format, ends_early, open_as
from photosearch.images.guard import decoding, opening
from photosearch.images.jpeg import ends_in_gray
from photosearch.images.metadata.exif import orientation

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


@dataclass(frozen=True, slots=True, eq=False)
class Undecoded:
    """A photo whose size is known and whose pixels are yet to be decoded."""

    image: ImageFile.ImageFile
    name: Format
    data: bytes
    pixels: int  # that will be in memory at once; see `budget.PICTURES`


@contextmanager
def undecoded(
    data: bytes, *, target: int | None = None, max_pixels: int = MAX_PIXELS
) -> Iterator[Undecoded]:
    """The first half of `open_image`, closed at the end; `decoded` is the other. Raises as it."""
    name = known_format(data)
    if ends_early(name, data):
        raise TruncatedImage(f"{name} ends early: the rest of the file is missing")
    with opening(name):
        image = open_as(name, data)
    with image:
        _check_size(image, max_pixels)
        pixels = image.width * image.height
        if image.format in ("JPEG", "RAW") and target is not None:
            image.draft(None, (target, target))
            # what is progressive is in memory as a whole before the first pixel can be made
            if "progressive" not in image.info:
                pixels = image.width * image.height
        yield Undecoded(image, name, data, pixels)


def decoded(photo: Undecoded) -> Image.Image:
    """The second half of `open_image`."""
    picture = upright(photo.image)
    if photo.name == "JPEG":
        _check_tail(photo.image, photo.name, photo.data)
    picture.info = {}  # orientation and profile are applied: nobody must apply them again
    return picture


def _decode(data: bytes, target: int | None, max_pixels: int) -> Image.Image:
    with undecoded(data, target=target, max_pixels=max_pixels) as photo:
        return decoded(photo)


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
