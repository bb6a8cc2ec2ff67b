"""JPEG files: opened, checked for missing data, and their EXIF, XMP and IPTC segments joined.

libjpeg paints what is missing in mid-gray when it meets the end marker too soon, as after a
cut-off transfer that something "repaired"; Pillow does not pass its warning on.

XMP specification part 3 (Adobe, 2020), 1.1.3: a packet over 64 KiB is cut into "extended" segments,
which the packet in front names by a digest. A part that is missing loses the extension and no more.
Photoshop cuts its resources the same way, without numbers.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from PIL import Image, JpegImagePlugin

from photosearch.images.metadata.exif import EXIF_HEAD

Segments: TypeAlias = "Sequence[tuple[str, bytes]]"  # "APP1" and its bytes, in the file's order

XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
# Without its NUL, or another one: exiftool reads those too. Shorter than that of an extension
_LOOSE_HEAD = re.compile(rb"(?:http[^<]{0,40}|XMP\0[^<]{0,40})?(?=<)")
_EXTENSION_HEAD = b"http://ns.adobe.com/xmp/extension/\0"
_RESOURCES_HEAD = b"Photoshop 3.0\0"
_GUID_BYTES = 32
_HAS_EXTENSION = re.compile(rb"HasExtendedXMP\s{0,9}(?:=\s{0,9}[\"']|>\s{0,9})([0-9A-Fa-f]{32})")
_MISSING = 0.1  # of the picture's height: less than that does not spoil a search
_PADDING = bytes(64)  # ends the last block of a whole picture, and not many more
_START_OF_SCAN, _END = 0xDA, b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # inside a scan; RST0 to RST7 belong to it


class JpegFile(JpegImagePlugin.JpegImageFile):
    """Pillow's JPEG reader without its search for a resolution in EXIF, which may warn.

    It reads MPO (several JPEGs in one file) as well, and stops after the first picture.
    """

    def _read_dpi_from_exif(self) -> None:
        pass


def ends_in_gray(image: Image.Image, data: bytes) -> bool:
    """Whether over a tenth of a decoded JPEG, at its bottom, is missing rather than gray.

    A picture may be gray there in truth. So such a one is decoded again without its end marker:
    a whole picture still has all its blocks, and one with blocks missing asks for more data. It
    cannot be told for progressive files, which need their end marker.
    """
    if image.mode not in ("RGB", "L") or "progressive" in image.info:
        return False
    rows = max(round(image.height * _MISSING), 1)
    foot = image.crop((0, image.height - rows, image.width, image.height))
    return bool((np.asarray(foot) == 128).all()) and not _is_whole(data)


def _is_whole(data: bytes) -> bool:
    end = _MARKER.search(data, scan_start(data))
    if end is None or end.group() != _END:  # several scans: cannot be told
        return True
    probe = JpegImagePlugin.JpegImageFile(io.BytesIO(data[: end.start()] + _PADDING))
    probe.draft(None, (1, 1))
    try:
        probe.load()
    except OSError:
        return False
    return True


def scan_start(data: bytes) -> int:
    """Where the first scan's data begin, or the end if there is none."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] == 0xFF:  # padding between segments
            at += 1
            continue
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        at += 2 + length
        if marker == _START_OF_SCAN:
            return at
    return len(data)


def xmp_packets(segments: Segments) -> tuple[bytes, ...]:
    """The XMP packets of the APP1 segments, and the extension that the first of them announces."""
    found = (_packet(data) for kind, data in segments if kind == "APP1")
    packets = [packet for packet in found if packet is not None]
    named = next(filter(None, map(_HAS_EXTENSION.search, packets)), None)
    extension = _extension(segments, named[1]) if named else b""
    return (*packets, extension) if extension else tuple(packets)


def exif_segment(segments: Segments) -> bytes:
    """The first EXIF block with its header; b"" if there is none."""
    blocks = (data for kind, data in segments if kind == "APP1" and EXIF_HEAD.match(data))
    return next(blocks, b"")


def image_resources(segments: Segments) -> bytes:
    """Photoshop's image resources, joined from the APP13 segments."""
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
    """The parts of the extension with this digest, joined by offset; b"" unless complete."""
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
