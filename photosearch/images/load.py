"""Loads one photo: an upright sRGB picture, the model's pixels, its metadata and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile

from photosearch.encoder import Bytes
from photosearch.errors import ImageError, ImageTooLarge, TruncatedImage
from photosearch.images.color import to_srgb
from photosearch.images.files import PICTURES, read_file, whole_file, with_path
from photosearch.images.formats import (
    Format,
    ends_early,
    header_errors,
    known_format,
    open_as,
    pixel_errors,
)
from photosearch.images.jpeg import ends_in_gray
from photosearch.images.metadata.read import describe, orientation
from photosearch.images.metadata.sidecar import read_sidecars
from photosearch.images.resize import model_pixels
from photosearch.manifest import ImageSpec
from photosearch.types import PhotoInfo, PhotoTexts

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


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPhoto:
    """What indexing needs of one photo."""

    pixels: Bytes  # uint8 RGB [S, S, 3], ready for Encoder.encode_pixels
    info: PhotoInfo
    texts: PhotoTexts
    content_hash: str  # SHA-256 of the file, hex
    size_bytes: int
    mtime_ns: int


def load_photo(path: Path, *, image: ImageSpec) -> LoadedPhoto:
    """Reads one photo file into all that indexing needs. Safe to call from many threads.

    Waits while those of other threads hold all that `files.FILES` and `files.PICTURES` allow.
    Raises ImageError (see `open_image`) whatever the file holds.
    """
    with whole_file(path) as file:
        try:
            pixels = _model_pixels(file.data, image)
            said = describe(file.data, sidecars=read_sidecars(path))
        except ImageError as error:
            raise with_path(error, path)  # noqa: B904 - it is the same error
        return LoadedPhoto(
            pixels=pixels,
            info=said.info,
            texts=said.texts,
            content_hash=hashlib.sha256(file.data).hexdigest(),
            size_bytes=file.size_bytes,
            mtime_ns=file.mtime_ns,
        )


def load_pixels(path: Path, *, image: ImageSpec) -> Bytes:
    """The pixels of `load_photo` alone: uint8 RGB [S, S, 3]. Waits and raises as it does."""
    with whole_file(path) as file:
        try:
            return _model_pixels(file.data, image)
        except ImageError as error:
            raise with_path(error, path)  # noqa: B904 - it is the same error


def _model_pixels(data: bytes, image: ImageSpec) -> Bytes:
    with opened(data, target=image.size) as photo, PICTURES.room(photo.pixels):
        return model_pixels(decoded(photo), image)


def open_image(
    source: Path | bytes, *, target: int | None = None, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Opens a photo as an upright picture: mode RGB, 8 bits, sRGB, transparency laid on white.

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
        raise with_path(error, source)  # noqa: B904 - it is the same error


def upright(image: Image.Image) -> Image.Image:
    """Converts a picture that Pillow has opened to the same: upright, sRGB, mode RGB.

    The input is not changed. Raises ImageError if its pixels, loaded only now, are damaged.
    """
    with pixel_errors(image.format or "picture"):
        image.load()
        turn = _UPRIGHT.get(orientation(image))
        turned = image if turn is None else _transposed(image, turn)
        return to_srgb(turned)


@dataclass(frozen=True, slots=True, eq=False)
class OpenPhoto:
    """A photo whose size is known and whose pixels are yet to be decoded."""

    image: ImageFile.ImageFile
    name: Format
    data: bytes
    pixels: int  # that will be in memory at once; see `files.PICTURES`


@contextmanager
def opened(
    data: bytes, *, target: int | None = None, max_pixels: int = MAX_PIXELS
) -> Iterator[OpenPhoto]:
    """The first half of `open_image`, its header; closed at the end. Raises as it does."""
    name = known_format(data)
    if ends_early(name, data):
        raise TruncatedImage(f"{name} ends early: the rest of the file is missing")
    with header_errors(name):
        image = open_as(name, data)
    with image:
        _check_size(image, max_pixels)
        pixels = image.width * image.height
        if image.format in ("JPEG", "RAW") and target is not None:
            image.draft(None, (target, target))
            # what is progressive is in memory as a whole before the first pixel can be made
            if "progressive" not in image.info:
                pixels = image.width * image.height
        yield OpenPhoto(image, name, data, pixels)


def decoded(photo: OpenPhoto) -> Image.Image:
    """The second half of `open_image`, its pixels."""
    picture = upright(photo.image)
    if photo.name == "JPEG":
        _check_tail(photo.image, photo.name, photo.data)
    picture.info = {}  # orientation and profile are applied: nobody must apply them again
    return picture


def _decode(data: bytes, target: int | None, max_pixels: int) -> Image.Image:
    with opened(data, target=target, max_pixels=max_pixels) as photo:
        return decoded(photo)


def _check_size(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"picture too large: got {width} x {height} pixels,"
            f" the limit is {max_pixels / 1e6:.0f} megapixels"
        )


def _check_tail(image: Image.Image, name: Format, data: bytes) -> None:
    with pixel_errors(name):
        early = ends_in_gray(image, data)
    if early:
        raise TruncatedImage(f"{name} ends early: the rest of the picture is missing")


def _transposed(image: Image.Image, turn: Image.Transpose) -> Image.Image:
    result = image.transpose(turn)
    result.format = image.format  # color.py asks whether CMYK comes from a JPEG
    return result
