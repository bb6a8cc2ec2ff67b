"""Files that say when and where in every place that a format has for it, and what is right."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any, TypeAlias

import pillow_heif
from PIL import Image, PngImagePlugin

# date and time in ISO 8601, offset in minutes, latitude, longitude
Right: TypeAlias = "tuple[str | None, int | None, float | None, float | None]"

PIXELS = Image.new("RGB", (8, 6), "teal")
TAKEN, DIGITISED, CHANGED = 0x9003, 0x9004, 0x0132
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
}


def xmp(attributes: str = "", body: str = "") -> bytes:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {names}>
<rdf:Description rdf:about="" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def exif(photo: dict[int, Any], main: dict[int, Any] | None = None, gps: Any = None) -> bytes:
    block = Image.Exif()
    block.update(main or {})
    block.get_ifd(0x8769).update(photo)
    block.get_ifd(0x8825).update(gps or {})
    return block.tobytes()


def iptc(**values: str) -> bytes:
    """Datasets of record 2 by number: iptc(d55="20050607")."""
    numbers = ((int(name[1:]), value.encode()) for name, value in values.items())
    sets = (struct.pack(">BBBH", 0x1C, 2, n, len(value)) + value for n, value in numbers)
    return b"\x1c\x01\x5a\0\x03\x1b%G" + b"".join(sets)  # 1:90 says that it is UTF-8


def resources(*blocks: tuple[int, bytes]) -> bytes:
    made = b""
    for kind, data in blocks:
        made += b"8BIM" + struct.pack(">HHI", kind, 0, len(data)) + data + b"\0" * (len(data) % 2)
    return made


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    stream = io.BytesIO()
    PIXELS.save(stream, "JPEG")
    data = stream.getvalue()
    made = b"".join(struct.pack(">BBH", 0xFF, kind, len(d) + 2) + d for kind, d in segments)
    return data[:2] + made + data[2:]


def with_xmp(packet: bytes) -> bytes:
    return jpeg((0xE1, XMP_HEAD + packet))


def with_iptc(block: bytes) -> bytes:
    return jpeg((0xED, b"Photoshop 3.0\0" + block))


def extended(extension: bytes, order: Iterable[int] | None = None, size: int = 40_000) -> bytes:
    """A JPEG whose packet goes on in segments, in any order; -1 leaves all others in place."""
    guid = hashlib.md5(extension).hexdigest().upper().encode()
    places = range(0, len(extension), size)
    heads = [EXTENSION + guid + struct.pack(">II", len(extension), at) for at in places]
    parts = [head + extension[at : at + size] for head, at in zip(heads, places, strict=True)]
    chosen = parts if order is None else [parts[i] for i in order]
    first = xmp(f'xmpNote:HasExtendedXMP="{guid.decode()}"')
    return jpeg((0xE1, XMP_HEAD + first), *((0xE1, part) for part in chosen))


def png(*chunks: tuple[bytes, bytes], behind: bool = False) -> bytes:
    stream = io.BytesIO()
    PIXELS.save(stream, "PNG")
    data = stream.getvalue()
    made = b""
    for kind, body in chunks:
        made += struct.pack(">I", len(body)) + kind + body
        made += struct.pack(">I", zlib.crc32(kind + body))
    at = data.index(b"IEND" if behind else b"IDAT") - 4
    return data[:at] + made + data[at:]


def saved(name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    if name == "HEIF":
        pillow_heif.from_pillow(PIXELS).save(stream, **options)
    else:
        PIXELS.save(stream, name, **options)
    return stream.getvalue()


def profile(kind: str, block: bytes) -> bytes:
    """As ImageMagick puts a block into a PNG, in front of the picture."""
    chunks = PngImagePlugin.PngInfo()
    text = f"\n{kind}\n{len(block):8}\n{block.hex()}\n"
    chunks.add_text(f"Raw profile type {kind}", text, zip=True)
    return saved("PNG", pnginfo=chunks)


def gif(packet: bytes) -> bytes:
    data = saved("GIF")
    at = data.index(b"\x2c")  # the picture
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return data[:at] + b"\x21\xff\x0bXMP DataXMP" + packet + trailer + data[at:]


DATED = xmp('exif:DateTimeOriginal="2021-03-04T05:06:07+02:00"')
PLACED = xmp('exif:GPSLatitude="28,11.0687N" exif:GPSLongitude="14,9.64014W"')
LONG = xmp('exif:DateTimeOriginal="2021-03-04T05:06:07+02:00"', f"<dc:x>{'x' * 150_000}</dc:x>")
IPTC = iptc(d55="20050607", d60="050607+0200")
AT, IN_IPTC = ("2021-03-04T05:06:07", 120), ("2005-06-07T05:06:07", 120)
NOWHERE, PLACE = (None, None), (28.184478, -14.160669)
GPS = {1: "N", 2: (28.0, 11.0687, 0.0), 3: "W", 4: (14.0, 9.64014, 0.0)}
STAMPED = {29: "2008:10:23", 7: (14.0, 27.0, 7.24)}
BLANK, ZERO = "    :  :     :  :  ", "0000:00:00 00:00:00"
NEWER = resources((0x0425, bytes(16)), (0x0404, IPTC))
SAME = resources((0x0425, hashlib.md5(IPTC).digest()), (0x0404, IPTC))

FILES: dict[str, tuple[bytes, Right]] = {
    "xmp.jpg": (with_xmp(DATED), (*AT, *NOWHERE)),
    "place.jpg": (with_xmp(PLACED), (None, None, *PLACE)),
    "xmp.png": (png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + DATED)), (*AT, *NOWHERE)),
    "packed.png": (
        png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(LONG))),
        (*AT, *NOWHERE),
    ),
    "behind.png": (
        png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + DATED), behind=True),
        (*AT, *NOWHERE),
    ),
    "exif-behind.png": (
        png((b"eXIf", exif({TAKEN: "2021:03:04 05:06:07"})[6:]), behind=True),
        ("2021-03-04T05:06:07", None, *NOWHERE),
    ),
    "long.png": (png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + LONG)), (*AT, *NOWHERE)),
    "xmp.webp": (saved("WEBP", xmp=DATED), (*AT, *NOWHERE)),
    "long.webp": (saved("WEBP", xmp=LONG), (*AT, *NOWHERE)),
    "xmp.heic": (saved("HEIF", xmp=PLACED), (None, None, *PLACE)),
    "long.heic": (saved("HEIF", xmp=LONG), (*AT, *NOWHERE)),
    "xmp.avif": (saved("AVIF", xmp=DATED), (*AT, *NOWHERE)),
    "exif.avif": (
        saved("AVIF", exif=exif({TAKEN: "2021:03:04 05:06:07"}, gps=GPS)),
        ("2021-03-04T05:06:07", None, *PLACE),
    ),
    "exif.webp": (
        saved("WEBP", exif=exif({TAKEN: "2021:03:04 05:06:07"}, gps=GPS)),
        ("2021-03-04T05:06:07", None, *PLACE),
    ),
    "xmp.tif": (saved("TIFF", tiffinfo={700: DATED}), (*AT, *NOWHERE)),
    "long.tif": (saved("TIFF", tiffinfo={700: LONG}), (*AT, *NOWHERE)),
    "xmp.gif": (gif(DATED), (*AT, *NOWHERE)),
    "utf16.jpg": (with_xmp(DATED.decode().encode("utf-16")), (*AT, *NOWHERE)),
    "extended.jpg": (extended(LONG), (*AT, *NOWHERE)),
    "shuffled.jpg": (extended(LONG, [2, 0, 3, 1]), (*AT, *NOWHERE)),
    "doubled.jpg": (extended(LONG, [0, 1, 1, 2, 3, 0]), (*AT, *NOWHERE)),
    "part-missing.jpg": (extended(LONG, [0, 1, 3]), (None, None, *NOWHERE)),
    "iptc.jpg": (with_iptc(resources((0x03ED, bytes(15)), (0x0404, IPTC))), (*IN_IPTC, *NOWHERE)),
    "iptc-day.jpg": (
        with_iptc(resources((0x0404, iptc(d55="20050607")))),
        ("2005-06-07T00:00:00", None, *NOWHERE),
    ),
    "iptc-digitised.jpg": (
        with_iptc(resources((0x0404, iptc(d55="00000000", d62="20050607", d63="050607-0300")))),
        ("2005-06-07T05:06:07", -180, *NOWHERE),
    ),
    "iptc.tif": (saved("TIFF", tiffinfo={33723: IPTC}), (*IN_IPTC, *NOWHERE)),
    "resources.tif": (
        saved("TIFF", tiffinfo={34377: resources((0x0404, IPTC))}),
        (*IN_IPTC, *NOWHERE),
    ),
    "iptc.png": (profile("iptc", resources((0x0404, IPTC))), (*IN_IPTC, *NOWHERE)),
    "app1-xmp.png": (profile("APP1", XMP_HEAD + DATED), (*AT, *NOWHERE)),
    "app1-exif.png": (
        profile("APP1", exif({TAKEN: "2021:03:04 05:06:07"})),
        ("2021-03-04T05:06:07", None, *NOWHERE),
    ),
    "raw-xmp.png": (profile("xmp", DATED), (*AT, *NOWHERE)),
    "rfc1123.png": (
        png((b"tEXt", b"Creation Time\0Thu, 04 Mar 2021 05:06:07 +0200")),
        (*AT, *NOWHERE),
    ),
    "gmt.png": (
        png((b"zTXt", b"Creation Time\0\0" + zlib.compress(b"4 Mar 2021 05:06:07 GMT"))),
        ("2021-03-04T05:06:07", 0, *NOWHERE),
    ),
    "iso.png": (
        png((b"iTXt", b"Creation Time\0\0\0\0\0" + b"2021-03-04T05:06:07+02:00"), behind=True),
        (*AT, *NOWHERE),
    ),
    "exif-first.jpg": (
        jpeg((0xE1, exif({TAKEN: "2019:01:02 03:04:05"})), (0xE1, XMP_HEAD + DATED)),
        ("2019-01-02T03:04:05", None, *NOWHERE),
    ),
    "exif-blank.jpg": (
        jpeg((0xE1, exif({TAKEN: BLANK, DIGITISED: ZERO})), (0xE1, XMP_HEAD + DATED)),
        (*AT, *NOWHERE),
    ),
    "taken-before-digitised.jpg": (
        jpeg((0xE1, exif({DIGITISED: "2019:01:02 03:04:05"})), (0xE1, XMP_HEAD + DATED)),
        (*AT, *NOWHERE),
    ),
    "xmp-before-iptc.jpg": (
        jpeg((0xE1, XMP_HEAD + DATED), (0xED, b"Photoshop 3.0\0" + SAME)),
        (*AT, *NOWHERE),
    ),
    "iptc-newer.jpg": (
        jpeg((0xE1, XMP_HEAD + DATED), (0xED, b"Photoshop 3.0\0" + NEWER)),
        (*IN_IPTC, *NOWHERE),
    ),
    "satellites.jpg": (
        jpeg((0xE1, exif({}, gps={**GPS, **STAMPED}))),
        ("2008-10-23T14:27:07", 0, *PLACE),
    ),
    "not-satellites.jpg": (
        jpeg((0xE1, exif({}, {CHANGED: "2008:10:22 16:28:39"}, {**GPS, **STAMPED}))),
        ("2008-10-22T16:28:39", None, *PLACE),
    ),
    "hemisphere-words.jpg": (
        jpeg((0xE1, exif({}, gps={**GPS, 1: "north", 3: "West"}))),
        (None, None, *PLACE),
    ),
    "one-number.jpg": (
        jpeg((0xE1, exif({}, gps={**GPS, 2: (28.184478,), 4: (14.160669,)}))),
        (None, None, *PLACE),
    ),
    "no-hemisphere.jpg": (
        jpeg((0xE1, exif({}, gps={2: GPS[2], 4: GPS[4]}))),
        (None, None, *NOWHERE),
    ),
    "place-of-xmp.jpg": (
        jpeg((0xE1, exif({}, gps={1: "N", 2: (0.0,) * 3, 3: "E", 4: (0.0,) * 3})),
             (0xE1, XMP_HEAD + PLACED)),
        (None, None, *PLACE),
    ),
}  # fmt: skip
