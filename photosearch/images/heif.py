"""HEIF and AVIF: one container, two codecs, each with its own decoder."""

from __future__ import annotations

import io
from typing import Literal

from PIL import AvifImagePlugin, ImageFile

from photosearch.images.boxes import brands, item_bytes, items, picture_end

TURN = "photosearch orientation"  # in `info`: what the container says, 1 to 8; EXIF does not count
_ORIENTATION = 0x0112  # EXIF tag

_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"avci", b"avcs")
)
_CONTAINER_BRANDS = frozenset((b"mif1", b"mif2", b"msf1", b"miaf"))  # of pictures of any codec


def sniff(head: bytes) -> Literal["AVIF", "HEIF"] | None:
    """Which one a file is that begins with an `ftyp` box; None if neither, such as a film.

    The codec of its pictures counts, as far as `head` shows it, then the major brand, then the
    compatible ones.
    """
    major, listed = head[8:12], brands(head)
    if major not in _AVIF_BRANDS | _HEIF_BRANDS | _CONTAINER_BRANDS:
        return None
    codecs = {kind for _, kind, _ in items(head)} & {b"av01", b"hvc1"}
    if len(codecs) == 1:
        return "AVIF" if b"av01" in codecs else "HEIF"
    if major in _CONTAINER_BRANDS:
        return "AVIF" if listed & _AVIF_BRANDS and not listed & _HEIF_BRANDS else "HEIF"
    return "AVIF" if major in _AVIF_BRANDS else "HEIF"


def open_heif(data: bytes) -> ImageFile.ImageFile:
    import pillow_heif  # 20 ms, so only when the first HEIF comes

    image: ImageFile.ImageFile = pillow_heif.HeifImageFile(io.BytesIO(_trimmed(data)))  # type: ignore[no-untyped-call]
    return image


def open_avif(data: bytes) -> ImageFile.ImageFile:
    """Pillow's, which gives `irot` and `imir` as an EXIF orientation.

    The EXIF of the file is hidden from it: libavif refuses a picture whose EXIF is broken, and
    Pillow writes it anew. Its orientation does not count in this format (ISO/IEC 23000-22, 7.3.6).
    """
    data = _trimmed(data)
    hidden, exif = bytearray(data), b""
    for number, kind, at in items(data):
        if kind == b"Exif":
            hidden[at : at + 4] = b"none"
            exif = exif or item_bytes(data, number)
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(bytes(hidden)))
    image.info[TURN] = image.getexif().get(_ORIENTATION, 1)
    image.info["exif"] = exif[4 + int.from_bytes(exif[:4], "big") :]  # behind its own offset
    return image


def _trimmed(data: bytes) -> bytes:
    """Without what lies behind the picture, over which a decoder may stumble."""
    end = picture_end(data)
    return data[:end] if end < len(data) else data
