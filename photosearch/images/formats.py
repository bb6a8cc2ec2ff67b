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
    TiffImagePlugin,
    WebPImagePlugin,
)

Format = Literal["BMP", "GIF", "HEIF", "JPEG", "PNG", "TIFF", "WebP"]

HEAD_BYTES = 32  # enough to tell every format
# Of the files that are taken from folders, lower case
_SUFFIXES = """
    .avci .bmp .dib .gif .heic .heics .heif .heifs .hif
    .jfif .jpe .jpeg .jpg .mpo .png .tif .tiff .webp
"""
SUFFIXES = frozenset(_SUFFIXES.split())

_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)


@dataclass(frozen=True, slots=True)
class _Kind:
    magic: tuple[bytes, ...]
    open: Callable[[io.BytesIO], ImageFile.ImageFile]


def _open_heif(stream: io.BytesIO) -> ImageFile.ImageFile:
    import pillow_heif  # 20 ms, so only when the first HEIF comes

    image: ImageFile.ImageFile = pillow_heif.HeifImageFile(stream)  # type: ignore[no-untyped-call]
    return image


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """Pillow's, without the look for a resolution in EXIF, which warns when that is broken.

    It reads MPO (several JPEGs in one file) as well, and stops after the first picture.
    """

    def _read_dpi_from_exif(self) -> None:
        pass


_KINDS: dict[Format, _Kind] = {
    "BMP": _Kind((b"BM",), BmpImagePlugin.BmpImageFile),
    "GIF": _Kind((b"GIF87a", b"GIF89a"), GifImagePlugin.GifImageFile),
    "JPEG": _Kind((b"\xff\xd8\xff",), _Jpeg),
    "PNG": _Kind((b"\x89PNG\r\n\x1a\n",), PngImagePlugin.PngImageFile),
    "TIFF": _Kind((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), TiffImagePlugin.TiffImageFile),
    "HEIF": _Kind((), _open_heif),
    "WebP": _Kind((), WebPImagePlugin.WebPImageFile),
}
SELF_ORIENTING = frozenset(("HEIF", "TIFF"))  # decoders that apply the orientation themselves


def sniff(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes (`HEAD_BYTES` are enough), or None."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "HEIF"
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
    return _KINDS[name].open(io.BytesIO(data))


def ends_early(name: Format, data: bytes) -> bool:
    """Whether the container says that bytes are missing at the end.

    Only for formats that give their own length; libheif, for one, decodes half a file and leaves
    the rest of the picture blank without a word.
    """
    if name == "HEIF":
        return _boxes_end(data) > len(data)
    if name == "WebP":
        # some writers count a byte of padding that they leave out
        return int.from_bytes(data[4:8], "little") + 8 > len(data) + 1
    if name == "PNG":
        return b"IEND" not in data
    return False


def _boxes_end(data: bytes) -> int:
    """Where the last top-level box of an ISO base media file ends (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at + 8 <= len(data):
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:  # a 64-bit size follows the type
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size < header:  # 0: the box runs to the end of the file; else nonsense
            return len(data)
        at += size
    return at
