"""XMP and image resources out of the segments of a JPEG, put together where they are in parts.

Format: XMP specification part 3 (Adobe, 2020), 1.1.3: a packet over 64 KiB is cut into "extended"
segments, which the packet in front names by a digest. A part that is missing loses the extension
and no more. Photoshop cuts its resources the same way, without numbers.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import TypeAlias

from photosearch.images.metadata.tags import EXIF_HEAD

Segments: TypeAlias = "Sequence[tuple[str, bytes]]"  # "APP1" and its bytes, in the file's order

XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
# Without its NUL, or another one: exiftool reads those too. Shorter than that of an extension
_LOOSE_HEAD = re.compile(rb"(?:http[^<]{0,40}|XMP\0[^<]{0,40})?(?=<)")
_EXTENSION_HEAD = b"http://ns.adobe.com/xmp/extension/\0"
_RESOURCES_HEAD = b"Photoshop 3.0\0"
_GUID_BYTES = 32
_HAS_EXTENSION = re.compile(rb"HasExtendedXMP\s{0,9}(?:=\s{0,9}[\"']|>\s{0,9})([0-9A-Fa-f]{32})")


def xmp_packets(segments: Segments) -> tuple[bytes, ...]:
    """The packets in front, then what extends the first of them that says so."""
    found = (_packet(data) for kind, data in segments if kind == "APP1")
    packets = [packet for packet in found if packet is not None]
    named = next(filter(None, map(_HAS_EXTENSION.search, packets)), None)
    extension = _extension(segments, named[1]) if named else b""
    return (*packets, extension) if extension else tuple(packets)


def exif_segment(segments: Segments) -> bytes:
    """The first EXIF block, its header as it may be; b"" if there is none."""
    blocks = (data for kind, data in segments if kind == "APP1" and EXIF_HEAD.match(data))
    return next(blocks, b"")


def image_resources(segments: Segments) -> bytes:
    """Photoshop's blocks, joined."""
    parts = _of(segments, "APP13", _RESOURCES_HEAD)
    return b"".join(data.removeprefix(_RESOURCES_HEAD) for data in parts)


def _packet(data: bytes) -> bytes | None:
    if data.startswith(XMP_HEAD):
        return data.removeprefix(XMP_HEAD)
    head = _LOOSE_HEAD.match(data)
    return data[head.end() :] if head else None


def _of(segments: Segments, name: str, head: bytes) -> list[bytes]:
    return [data for kind, data in segments if kind == name and data.startswith(head)]


def _extension(segments: Segments, guid: bytes) -> bytes:
    """The parts with this digest in the order of their places; b"" unless they are complete."""
    parts: dict[int, bytes] = {}
    length = 0
    for data in _of(segments, "APP1", _EXTENSION_HEAD + guid):
        at = len(_EXTENSION_HEAD) + _GUID_BYTES
        if len(data) > at + 8:
            length, offset = struct.unpack_from(">II", data, at)
            parts[offset] = data[at + 8 :]
    joined = bytearray()
    while len(joined) in parts:  # each part has a byte at least
        joined += parts[len(joined)]
    return bytes(joined) if len(joined) == length else b""
