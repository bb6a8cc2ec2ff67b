"""Reads a photo's metadata: finds its EXIF, XMP and IPTC, and takes the best value of each field.

| format | EXIF | XMP | IPTC |
|-|-|-|-|
| JPEG | APP1 | APP1, with extensions | APP13, image resource 0x0404 |
| PNG | eXIf; raw profile "exif", "APP1" | iTXt; raw profile "xmp", "APP1" | raw profile "iptc" |
| TIFF | its own directories | tag 700 | tag 33723, or in tag 34377 |
| WebP, HEIF, AVIF | its chunk or item | its chunk or item | - |
| RAW | its own directories | tag 700, or its preview's | its preview's |
| GIF | - | application extension "XMP Data" | - |

docs/metadata.md explains the precedence of the sources.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from photosearch.images.files import first_bytes, read_file, whole_file
from photosearch.images.formats import SELF_ORIENTING, header_errors, known_format, open_as
from photosearch.images.jpeg import XMP_HEAD, exif_segment, image_resources, scan_start, xmp_packets
from photosearch.images.metadata.exif import (
    ORIENTATION,
    ORIENTATION_KEY,
    ExifTags,
    Value,
    bytes_value,
    exif_fields,
    int_value,
    read_tags,
)
from photosearch.images.metadata.exif_texts import exif_texts
from photosearch.images.metadata.fields import Fields, merged, parse_moment
from photosearch.images.metadata.iptc import (
    Iptc,
    from_resources,
    iptc_fields,
    iptc_texts,
    read_iptc,
)
from photosearch.images.metadata.media import read_favourite, read_media
from photosearch.images.metadata.sidecar import Sidecars, read_sidecars
from photosearch.images.metadata.texts import merge_texts
from photosearch.images.metadata.xmp import Xmp, read_xmp, xmp_fields
from photosearch.images.png import CREATED, XMP_TEXT, png_info, raw_profile
from photosearch.images.raw import Preview, raw_tags
from photosearch.images.tiff import tiff_tags
from photosearch.types import PhotoInfo, PhotoTexts

_XMP_TAG, _IPTC_TAG, _RESOURCES_TAG = 700, 33723, 34377
_EXIF_HEADS = (b"Exif\0", b"II*\0", b"MM\0*")  # what else a profile "APP1" may be
_GIF_XMP, _GIF_END = b"\x21\xff\x0bXMP DataXMP", b"\x01\xff\xfe\xfd\xfc"  # XMP part 3, 1.1.2
_HEAD_BYTES = 1 << 18  # most JPEGs have their pixels before that

Info: TypeAlias = "Mapping[Any, Any]"  # as Pillow's: names to texts and blocks


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of metadata of one photo file, whatever its format."""

    tags: ExifTags = field(default_factory=ExifTags)
    packets: tuple[bytes, ...] = ()  # of XMP
    iptc: Iptc = field(default_factory=Iptc)
    created: str = ""  # the text "Creation Time" of a PNG


def read_info(
    source: str | Path | bytes | Image.Image, *, sidecars: Sidecars | None = None
) -> PhotoInfo:
    """Reads size after orientation, date, place, camera and media, without decoding a pixel.

    `sidecars` is what the files beside the photo say; without it, they are read where the source is
    a path. Metadata that is broken or missing gives None, field by field, and never an error.
    Raises ImageError only if the picture itself cannot be opened.
    """
    if isinstance(source, Image.Image):
        return _described(source, read_blocks(source), sidecars or Sidecars()).info
    if isinstance(source, str | Path):
        source = Path(source)
        sidecars = read_sidecars(source) if sidecars is None else sidecars
        source = read_file(source).data
    return describe(source, sidecars=sidecars or Sidecars()).info


@dataclass(frozen=True, slots=True)
class Description:
    """What a photo's file and its sidecars say of it."""

    info: PhotoInfo
    texts: PhotoTexts


def describe(data: bytes, *, sidecars: Sidecars) -> Description:
    """What a file's bytes, and the files beside it, say. Raises as `read_info` does."""
    name = known_format(data)
    with header_errors(name), open_as(name, data) as image:
        return _described(image, read_blocks(image, data), sidecars)


def describe_file(path: Path) -> Description:
    """What a file and those beside it say. Of a JPEG, only what is in front of its pixels is read.

    Waits while other threads hold all bytes that `files.FILES` allows. Raises as `read_info` does.
    """
    sidecars = read_sidecars(path)
    head = first_bytes(path, _HEAD_BYTES)
    if known_format(head) == "JPEG" and scan_start(head) < len(head):
        return describe(head, sidecars=sidecars)
    with whole_file(path) as file:
        return describe(file.data, sidecars=sidecars)


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 also if unknown or if the decoder applies it itself."""
    return _orientation(image, read_tags(exif_block(image)))


def _orientation(image: Image.Image, tags: ExifTags) -> int:
    if ORIENTATION_KEY not in image.info and image.format in SELF_ORIENTING:
        return 1
    value = image.info.get(ORIENTATION_KEY) or int_value(tags.main.get(ORIENTATION))
    return value if value in range(1, 9) else 1  # type: ignore[return-value]


def _described(image: Image.Image, blocks: Blocks, sidecars: Sidecars) -> Description:
    width, height = image.size
    if _orientation(image, blocks.tags) >= 5:  # turned by a quarter
        width, height = height, width
    sidecar, xmp = read_xmp(sidecars.packets), read_xmp(blocks.packets)
    best = merged(_sources(blocks, sidecar, xmp, sidecars))
    info = PhotoInfo(
        width=width,
        height=height,
        taken_at=best.taken.at if best.taken else None,
        utc_offset_min=best.taken.offset_min if best.taken else None,
        latitude=best.place.latitude if best.place else None,
        longitude=best.place.longitude if best.place else None,
        camera=best.camera,
        favourite=read_favourite(sidecar, xmp, blocks.tags) or sidecars.favourite,
        media=read_media(sidecar, xmp, blocks.tags),
    )
    return Description(info, _texts(blocks, sidecar, xmp, sidecars))


def _sources(blocks: Blocks, sidecar: Xmp, xmp: Xmp, sidecars: Sidecars) -> list[Fields]:
    """In order of precedence; docs/metadata.md gives the reasons."""
    both = [xmp_fields(xmp), iptc_fields(blocks.iptc)]
    return [
        xmp_fields(sidecar),
        exif_fields(blocks.tags),
        *(reversed(both) if blocks.iptc.is_newer else both),
        Fields(taken=parse_moment(blocks.created)),
        sidecars.takeout,
    ]


def _texts(blocks: Blocks, sidecar: Xmp, xmp: Xmp, sidecars: Sidecars) -> PhotoTexts:
    """In the same order."""
    both = [xmp.texts, iptc_texts(blocks.iptc)]
    return merge_texts(
        [
            sidecar.texts,
            exif_texts(blocks.tags),
            *(reversed(both) if blocks.iptc.is_newer else both),
            sidecars.texts,
        ]
    )


def read_blocks(image: Image.Image, data: bytes = b"") -> Blocks:
    """Finds the blocks of an open picture in `data`, the file that it was opened from.

    Without the file, finds as much as Pillow has read.
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


def _packets(image: Image.Image, info: Info, tags: ExifTags) -> tuple[bytes, ...]:
    segments = getattr(image, "applist", None)
    if segments and _XMP_TAG not in tags.main:  # a RAW file has its own packet
        return xmp_packets(segments)
    kept = [bytes_value(tags.main.get(_XMP_TAG)), info.get("xmp"), info.get(XMP_TEXT)]
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


def _tiff_iptc(tags: ExifTags) -> Iptc:
    resources = from_resources(bytes_value(tags.main.get(_RESOURCES_TAG)))
    record = _bytes(tags.main.get(_IPTC_TAG))
    return Iptc(record, resources.is_newer) if record else resources


def _bytes(value: Value | None) -> bytes:
    """Photoshop declares its bytes as 32-bit numbers, in the file's byte order."""
    if not isinstance(value, tuple) or bytes_value(value):
        return bytes_value(value)
    try:
        orders = [struct.pack(f"{order}{len(value)}I", *value) for order in "<>"]
    except struct.error:  # fractions, or negative numbers
        return b""
    return next((found for found in orders if found.startswith(b"\x1c")), b"")
