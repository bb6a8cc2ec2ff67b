"""Which format some bytes are, by their first bytes and never by the file's name.

The decoders are named here one by one instead of asking Pillow to guess: Pillow knows some forty
formats, of which a few run other programs or are rarely tested, and guessing gives warnings and
keeps the limit on pixels in a global variable.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from photosearch.images import heif
from photosearch.images.boxes import picture_end
from photosearch.images.metadata.png_chunks import without_long_texts
from photosearch.images.raw import open_raw, sniff_raw
from photosearch.images.tiff import open_tiff

Format = Literal["AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "RAW", "TIFF", "WebP"]

HEAD_BYTES = 512  # enough to tell every format, the brands of a HEIF file included
_Open = Callable[[bytes], ImageFile.ImageFile]


@dataclass(frozen=True, slots=True)
class _Kind:
    magic: tuple[bytes, ...]
    open: _Open


def _plain(plugin: Callable[[io.BytesIO], ImageFile.ImageFile]) -> _Open:
    return lambda data: plugin(io.BytesIO(data))


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """Pillow's, without the look for a resolution in EXIF, which warns when that is broken.

    It reads MPO (several JPEGs in one file) as well, and stops after the first picture.
    """

    def _read_dpi_from_exif(self) -> None:
        pass


def _open_png(data: bytes) -> ImageFile.ImageFile:
    return PngImagePlugin.PngImageFile(io.BytesIO(without_long_texts(data)))


_KINDS: dict[Format, _Kind] = {
    "BMP": _Kind((b"BM",), _plain(BmpImagePlugin.BmpImageFile)),
    "GIF": _Kind((b"GIF87a", b"GIF89a"), _plain(GifImagePlugin.GifImageFile)),
    "JPEG": _Kind((b"\xff\xd8\xff",), _plain(_Jpeg)),
    "PNG": _Kind((b"\x89PNG\r\n\x1a\n",), _open_png),
    "TIFF": _Kind((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), open_tiff),
    "AVIF": _Kind((), heif.open_avif),
    "HEIF": _Kind((), heif.open_heif),
    "RAW": _Kind((), open_raw),
    "WebP": _Kind((), _plain(WebPImagePlugin.WebPImageFile)),
}
SELF_ORIENTING = frozenset(("HEIF", "TIFF"))  # decoders that apply the orientation themselves


def sniff(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes (`HEAD_BYTES` are enough), or None."""
    if sniff_raw(head):
        return "RAW"
    if head[4:8] == b"ftyp":
        return heif.sniff(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    for name, kind in _KINDS.items():
        if head.startswith(kind.magic):
            return name
    return None


def open_as(name: Format, data: bytes) -> ImageFile.ImageFile:
    """The picture with its header read and its pixels not yet decoded.

    Raises whatever Pillow's plugin does: call it inside `guard.opening`. Pillow may also warn
    about odd tags in a TIFF.
    """
    return _KINDS[name].open(data)


def ends_early(name: Format, data: bytes) -> bool:
    """Whether the container says that bytes are missing at the end.

    Only for formats that give their own length; libheif, for one, decodes half a file and leaves
    the rest of the picture blank without a word.
    """
    if name in ("AVIF", "HEIF"):
        return picture_end(data) > len(data)
    if name == "WebP":
        # some writers count a byte of padding that they leave out
        return int.from_bytes(data[4:8], "little") + 8 > len(data) + 1
    if name == "PNG":
        return b"IEND" not in data
    return False
