"""EXIF, XMP and texts out of the chunks of a PNG, also those behind the picture.

Format: PNG third edition (W3C, 2025), 11.3. Pillow gives what lies in front of the picture only,
unless it decodes it. ImageMagick and exiftool put other formats' blocks into texts, in hex.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from photosearch.images.xmp import MAX_BYTES

CREATED = "Creation Time"
XMP_TEXT = "XML:com.adobe.xmp"
RAW = "Raw profile type "
RAW_KINDS = ("exif", "APP1", "xmp", "iptc", "8bim")
_WANTED = frozenset((CREATED, XMP_TEXT, *(RAW + kind for kind in RAW_KINDS)))
_SIGNATURE_BYTES, _MAX_CHUNKS = 8, 100_000


def png_info(data: bytes) -> dict[str, str | bytes]:
    """The chunk eXIf as "exif", the texts that are wanted by their names; the first one counts."""
    found: dict[str, str | bytes] = {}
    for kind, body in _chunks(data):
        if kind == b"eXIf":
            found.setdefault("exif", body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            name, _, rest = body.partition(b"\0")
            key = name.decode("latin-1")
            if key in _WANTED and key not in found:
                found[key] = _value(kind, rest)
    return found


def raw_profile(info: Mapping[Any, Any], kind: str) -> bytes:
    """A block in hex behind three lines: a blank one, its name, its length; b"" if it is none."""
    text = info.get(RAW + kind)
    if not isinstance(text, str):
        return b""
    with suppress(ValueError):
        return bytes.fromhex("".join(text.split("\n")[3:]))
    return b""


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if len(kind) < 4 or kind == b"IEND":
            return
        if kind != b"IDAT" and size <= MAX_BYTES:
            yield kind, data[at + 8 : at + 8 + size]
        at += size + 12


def _value(kind: bytes, rest: bytes) -> str:
    """What is behind a name: text, or a method or flags, languages and then text."""
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
