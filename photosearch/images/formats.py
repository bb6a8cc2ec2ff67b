"""Tells a file's format by its first bytes, picks its decoder and types the decoder's errors.

Never by the file's name. The decoders are named here one by one instead of asking Pillow to guess:
Pillow knows some forty formats, of which a few run other programs or are rarely tested, and
guessing gives warnings and keeps the limit on pixels in a global variable.

The magic numbers of other kinds are those of file(1) (https://github.com/file/file, magic/Magdir).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PIL import BmpImagePlugin, GifImagePlugin, Image, ImageFile, WebPImagePlugin

from photosearch.errors import (
    DamagedImage,
    EmptyImage,
    ImageTooLarge,
    PhotoSearchError,
    TruncatedImage,
    UnsupportedImage,
)
from photosearch.images.heif import open_avif, open_heif, picture_end, sniff_heif
from photosearch.images.jpeg import JpegFile
from photosearch.images.png import open_png
from photosearch.images.raw import is_raw_tiff, open_raw, sniff_raw
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


def _open_tiff(data: bytes) -> ImageFile.ImageFile:
    """Opens the picture of a TIFF file, or the preview of a RAW file that is built as one."""
    return open_raw(data) if is_raw_tiff(data) else open_tiff(data)


_KINDS: dict[Format, _Kind] = {
    "BMP": _Kind((b"BM",), _plain(BmpImagePlugin.BmpImageFile)),
    "GIF": _Kind((b"GIF87a", b"GIF89a"), _plain(GifImagePlugin.GifImageFile)),
    "JPEG": _Kind((b"\xff\xd8\xff",), _plain(JpegFile)),
    "PNG": _Kind((b"\x89PNG\r\n\x1a\n",), open_png),
    "TIFF": _Kind((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), _open_tiff),
    "AVIF": _Kind((), open_avif),
    "HEIF": _Kind((), open_heif),
    "RAW": _Kind((), open_raw),
    "WebP": _Kind((), _plain(WebPImagePlugin.WebPImageFile)),
}
SELF_ORIENTING = frozenset(("HEIF", "TIFF"))  # decoders that apply the orientation themselves
FILM = "a film"
# Files that are no pictures that we read: where the bytes are, the bytes, what they are of
_KNOWN = (
    (4, b"moov", f"{FILM} (QuickTime)"),
    (4, b"mdat", f"{FILM} (QuickTime)"),
    (4, b"ftyp", f"{FILM} (MP4 or QuickTime)"),
    (8, b"AVI ", f"{FILM} (AVI)"),
    (0, b"\x1aE\xdf\xa3", f"{FILM} (Matroska or WebM)"),
    (0, b"0&\xb2u\x8ef\xcf\x11", f"{FILM} (Windows Media)"),
    (0, b"\0\0\1\xba", f"{FILM} (MPEG)"),
    (0, b"\0\0\1\xb3", f"{FILM} (MPEG)"),
    (0, b"FLV\1", f"{FILM} (Flash)"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\0\5\x16\7", "an AppleDouble file, which macOS puts beside the real one"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"PK\3\4", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"version https://git-lfs", "a pointer of Git LFS, the file itself was not fetched"),
)
_TEXTS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"{", "JSON or other text"),
)
# What Pillow, its C decoders and libheif say when the data end before the picture does. Only their
# messages tell: they raise OSError, ValueError or SyntaxError for that as for anything else.
_ENDS = ("truncated", "end of file", "end of data", "not enough image data", "too small")

_NO_CODEC = "unsupported codec"  # libheif, of a HEIF file with JPEG 2000 or VVC inside


def sniff(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes (`HEAD_BYTES` are enough), or None."""
    if sniff_raw(head):
        return "RAW"
    if head[4:8] == b"ftyp":
        return sniff_heif(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    for name, kind in _KINDS.items():
        if head.startswith(kind.magic):
            return name
    return None


def known_format(head: bytes) -> Format:
    """Like `sniff`, but raises EmptyImage or UnsupportedImage instead of returning None."""
    if not head:
        raise EmptyImage("empty: got 0 bytes, expected a picture")
    name = sniff(head)
    if name is None:
        what = content_name(head) or f"a file that begins with {head[:4].hex()}"
        raise UnsupportedImage(
            f"not a picture: got {what},"
            " expected AVIF, BMP, GIF, HEIF, JPEG, PNG, RAW, TIFF or WebP"
        )
    return name


def is_film(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a film."""
    return (content_name(head) or "").startswith(FILM)


def content_name(head: bytes) -> str | None:
    """Names what other file it is: "a film (AVI)", "PDF", "a web page"; None if unknown."""
    for at, magic, name in _KNOWN:
        if head.startswith(magic, at):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, name in _TEXTS:
        if text.startswith(start):
            return name
    return "zeros, as after a copy that failed" if head and not any(head) else None


def open_as(name: Format, data: bytes) -> ImageFile.ImageFile:
    """Opens a picture: its header is read, its pixels are not yet decoded.

    Raises whatever Pillow's plugin does: call it inside `header_errors`. Pillow may also warn
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


@contextmanager
def header_errors(name: str) -> Iterator[None]:
    """Turns errors of reading a header into TruncatedImage, ImageTooLarge or UnsupportedImage."""
    with _typed(name, UnsupportedImage, "a kind that cannot be read, or a damaged header"):
        yield


@contextmanager
def pixel_errors(name: str) -> Iterator[None]:
    """Turns errors of decoding pixels into TruncatedImage, ImageTooLarge or DamagedImage."""
    with _typed(name, DamagedImage, "damaged: its pixels cannot be decoded"):
        yield


@contextmanager
def _typed(name: str, other: type[PhotoSearchError], what: str) -> Iterator[None]:
    try:
        yield
    except PhotoSearchError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise ImageTooLarge(f"{name} too large to decode in memory") from error
    except Exception as error:  # decoders of damaged data raise anything, from IndexError up
        if _NO_CODEC in str(error).lower():
            raise UnsupportedImage(f"{name}: a kind that cannot be read") from error
        if any(sign in str(error).lower() for sign in _ENDS):
            raise TruncatedImage(f"{name} ends early: the rest of the file is missing") from error
        raise other(f"{name}: {what}") from error
