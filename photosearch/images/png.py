"""PNG files: opened, and the EXIF, XMP and texts of their chunks, also behind the picture.

PNG third edition (W3C, 2025), 11.3. Pillow gives what lies in front of the picture only,
unless it decodes it. ImageMagick and exiftool put other formats' blocks into texts, in hex.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from PIL import ImageFile, PngImagePlugin

from photosearch.images.metadata.xmp import MAX_BYTES

CREATED = "Creation Time"
XMP_TEXT = "XML:com.adobe.xmp"
RAW = "Raw profile type "
RAW_KINDS = ("exif", "APP1", "xmp", "iptc", "8bim")
_WANTED = frozenset((CREATED, XMP_TEXT, *(RAW + kind for kind in RAW_KINDS)))
_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_PILLOWS_LIMIT = PngImagePlugin.MAX_TEXT_CHUNK  # bytes of one text, unpacked
_MOST_PACKED = 1032  # bytes that deflate makes of one, at most
_SIGNATURE_BYTES, _MAX_CHUNKS = 8, 100_000


def open_png(data: bytes) -> ImageFile.ImageFile:
    """Opens a PNG by Pillow, without the long texts for which Pillow would refuse it."""
    return PngImagePlugin.PngImageFile(io.BytesIO(without_long_texts(data)))


def png_info(data: bytes) -> dict[str, str | bytes]:
    """Reads the chunk eXIf as "exif", and the wanted texts by name; the first one counts."""
    found: dict[str, str | bytes] = {}
    for kind, start, end in _chunks(data):
        body = data[start:end] if kind in _TEXTS or kind == b"eXIf" else b""
        if kind == b"eXIf":
            found.setdefault("exif", body)
        elif kind in _TEXTS:
            name, _, rest = body.partition(b"\0")
            key = name.decode("latin-1")
            if key in _WANTED and key not in found:
                found[key] = _value(kind, rest)
    return found


def without_long_texts(data: bytes) -> bytes:
    """Removes the texts for which Pillow would refuse the file; `data` itself if it has none."""
    kept, at = [], 0
    for kind, start, end in _chunks(data):
        if kind in _TEXTS and _is_long(kind, data[start:end]):
            kept.append(data[at : start - 8])
            at = end + 4
    return b"".join((*kept, data[at:])) if kept else data


def raw_profile(info: Mapping[Any, Any], kind: str) -> bytes:
    """Decodes a raw profile: hex behind a blank line, a name and a length; b"" if there is none."""
    text = info.get(RAW + kind)
    if not isinstance(text, str):
        return b""
    with suppress(ValueError):
        return bytes.fromhex("".join(text.split("\n")[3:]))
    return b""


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each chunk's data but the picture's own."""
    at = _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if len(kind) < 4 or kind == b"IEND":
            return
        if kind != b"IDAT" and size <= MAX_BYTES:
            yield kind, at + 8, at + 8 + size
        at += size + 12


def _is_long(kind: bytes, body: bytes) -> bool:
    """Whether Pillow would refuse a text for its unpacked length, a thousandfold at most."""
    if len(body) * _MOST_PACKED < _PILLOWS_LIMIT or kind == b"tEXt":
        return len(body) > _PILLOWS_LIMIT
    return len(_value(kind, body.partition(b"\0")[2])) >= _PILLOWS_LIMIT


def _value(kind: bytes, rest: bytes) -> str:
    """The text behind a name: after a method in zTXt, after flags and languages in iTXt."""
    if kind == b"zTXt":
        return _inflated(rest[1:]).decode("latin-1")
    if kind == b"iTXt":
        flags, rest = rest[:2], rest[2:].split(b"\0", 2)[-1]
        rest = _inflated(rest) if flags[:1] == b"\1" else rest
        return rest.decode("utf-8", "replace")
    return rest.decode("latin-1")


def _inflated(data: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(data, MAX_BYTES)
    return b""
