"""One photo file to everything that indexing needs, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from photosearch.encoder import Bytes
from photosearch.errors import ImageError
from photosearch.images.budget import PICTURES
from photosearch.images.decode import decoded, undecoded
from photosearch.images.files import noted, whole_file
from photosearch.images.metadata.exif import read_info
from photosearch.images.metadata.sidecar import read_beside
from photosearch.images.resize import prepare
from photosearch.manifest import ImageSpec
from photosearch.types import PhotoInfo


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    pixels: Bytes  # uint8 RGB [S, S, 3], ready for Encoder.encode_pixels
    info: PhotoInfo
    content_hash: str  # SHA-256 of the file, hex
    size_bytes: int
    mtime_ns: int


def load_photo(path: Path, *, image: ImageSpec) -> Loaded:
    """Reads, decodes, turns upright and scales one photo. Safe to call from many threads.

    Waits while those of other threads take the memory that `budget` allows. Raises ImageError
    (see `decode.open_image`) whatever the file holds.
    """
    with whole_file(path) as file:
        try:
            pixels = _scaled(file.data, image)
            info = read_info(file.data, beside=read_beside(path))
        except ImageError as error:
            raise noted(error, path)  # noqa: B904 - it is the same error
        return Loaded(
            pixels=pixels,
            info=info,
            content_hash=hashlib.sha256(file.data).hexdigest(),
            size_bytes=file.size_bytes,
            mtime_ns=file.mtime_ns,
        )


def load_pixels(path: Path, *, image: ImageSpec) -> Bytes:
    """The pixels of `load_photo` alone: uint8 RGB [S, S, 3]. Waits and raises as it does."""
    with whole_file(path) as file:
        try:
            return _scaled(file.data, image)
        except ImageError as error:
            raise noted(error, path)  # noqa: B904 - it is the same error


def _scaled(data: bytes, image: ImageSpec) -> Bytes:
    with undecoded(data, target=image.size) as photo, PICTURES.room(photo.pixels):
        return prepare(decoded(photo), image)
