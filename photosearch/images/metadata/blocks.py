"""The blocks of metadata that come with a picture, wherever its format keeps them.

| format | EXIF | XMP | IPTC |
|-|-|-|-|
| JPEG | APP1 | APP1, with extensions | APP13, image resource 0x0404 |
| PNG | eXIf; raw profile "exif", "APP1" | iTXt; raw profile "xmp", "APP1" | raw profile "iptc" |
| TIFF | its own directories | tag 700 | tag 33723, or in tag 34377 |
| WebP, HEIF, AVIF | its chunk or item | its chunk or item | - |
| RAW | its own directories | tag 700, or its preview's | its preview's |
| GIF | - | application extension "XMP Data" | - |
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from PIL import Image

from photosearch.images.metadata.iptc import Iptc, from_resources, read_iptc
from photosearch.images.metadata.jpeg_segments import (
    XMP_HEAD,
    exif_segment,
    image_resources,
    xmp_packets,
)
from photosearch.images.metadata.png_chunks import CREATED, XMP_TEXT, png_info, raw_profile
from photosearch.images.metadata.tags import Directories, Value, raw, read_tags
from photosearch.images.raw import Preview, raw_tags
from photosearch.images.tiff import tiff_tags

_XMP_TAG, _IPTC_TAG, _RESOURCES_TAG = 700, 33723, 34377
_EXIF_HEADS = (b"Exif\0", b"II*\0", b"MM\0*")  # what else a profile "APP1" may be
_GIF_XMP, _GIF_END = b"\x21\xff\x0bXMP DataXMP", b"\x01\xff\xfe\xfd\xfc"  # XMP part 3, 1.1.2

Info: TypeAlias = "Mapping[Any, Any]"  # as Pillow's: names to texts and blocks


@dataclass(frozen=True, slots=True)
class Blocks:
    tags: Directories = field(default_factory=Directories)
    packets: tuple[bytes, ...] = ()  # of XMP
    iptc: Iptc = field(default_factory=Iptc)
    created: str = ""  # the text "Creation Time" of a PNG


def read_blocks(image: Image.Image, data: bytes = b"") -> Blocks:
    """Of an open picture, and of the file that it was opened from where that is at hand.

    Without the file, as much as Pillow has read.
    """
    info: Info = image.info
    if image.format == "PNG" and data:
        info = png_info(data)
    if image.format == "TIFF":
        tags = tiff_tags(data) if data else read_tags(exif_block(image))
        return Blocks(tags, _packets(image, info, tags), _tiff_iptc(tags))
    if isinstance(image, Preview):
        tags = raw_tags(data, image)
        return Blocks(tags, _packets(image, info, tags), _iptc(image, info))
    tags = read_tags(_exif(image, info))
    created = info.get(CREATED)
    return Blocks(
        tags,
        _gif_packets(data) if image.format == "GIF" else _packets(image, info, tags),
        _iptc(image, info),
        created if isinstance(created, str) else "",
    )


def exif_block(image: Image.Image) -> bytes:
    """The EXIF bytes that came with an open picture; b"" if there are none."""
    try:
        if image.format == "TIFF" and not isinstance(image.info.get("exif"), bytes):
            return image.getexif().tobytes()
    except Exception:  # Pillow's writer raises anything on tags of the wrong type
        return b""
    return _exif(image, image.info)


def _exif(image: Image.Image, info: Info) -> bytes:
    block = info.get("exif") or exif_segment(getattr(image, "applist", None) or ())
    if isinstance(block, bytes) and block:
        return block
    block = raw_profile(info, "exif") or raw_profile(info, "APP1")
    return b"" if block.startswith(XMP_HEAD) else block


def _packets(image: Image.Image, info: Info, tags: Directories) -> tuple[bytes, ...]:
    segments = getattr(image, "applist", None)
    if segments and _XMP_TAG not in tags.main:  # a RAW file has its own packet
        return xmp_packets(segments)
    kept = [raw(tags.main.get(_XMP_TAG)), info.get("xmp"), info.get(XMP_TEXT)]
    kept += [raw_profile(info, "xmp"), raw_profile(info, "APP1")]
    blocks = [item.encode(errors="replace") if isinstance(item, str) else item for item in kept]
    found = (item.removeprefix(XMP_HEAD) for item in blocks if isinstance(item, bytes))
    return tuple(dict.fromkeys(item for item in found if item and not item.startswith(_EXIF_HEADS)))


def _gif_packets(data: bytes) -> tuple[bytes, ...]:
    start = data.find(_GIF_XMP)
    end = data.find(_GIF_END, start) if start >= 0 else -1
    return (data[start + len(_GIF_XMP) : end],) if end >= 0 else ()


def _iptc(image: Image.Image, info: Info) -> Iptc:
    segments = getattr(image, "applist", None)
    if segments:
        return from_resources(image_resources(segments))
    return read_iptc(raw_profile(info, "iptc") or raw_profile(info, "8bim"))


def _tiff_iptc(tags: Directories) -> Iptc:
    resources = from_resources(raw(tags.main.get(_RESOURCES_TAG)))
    record = _bytes(tags.main.get(_IPTC_TAG))
    return Iptc(record, resources.is_newer) if record else resources


def _bytes(value: Value | None) -> bytes:
    """Photoshop declares its bytes as 32-bit numbers, in the file's byte order."""
    if not isinstance(value, tuple) or raw(value):
        return raw(value)
    try:
        orders = [struct.pack(f"{order}{len(value)}I", *value) for order in "<>"]
    except struct.error:  # fractions, or negative numbers
        return b""
    return next((found for found in orders if found.startswith(b"\x1c")), b"")
