"""Favourites, screenshots, panoramas and the like, from files that say so."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from photosearch.images.metadata.read import read_info
from photosearch.types import Media

Encode = Callable[..., bytes]
XAP = "http://ns.adobe.com/xap/1.0/"
PANORAMA = "http://ns.google.com/photos/1.0/panorama/"
COMMENT = """<exif:UserComment><rdf:Alt>
<rdf:li xml:lang="x-default">Screenshot</rdf:li></rdf:Alt></exif:UserComment>"""
CAMERA = "http://ns.google.com/photos/1.0/camera/"


def exif(main: dict[int, Any], photo: dict[int, Any]) -> bytes:
    block = Image.Exif()
    block.update(main)
    block.get_ifd(0x8769).update(photo)
    return block.tobytes()


def packet(attributes: str, body: str = "") -> bytes:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def apple_note(tags: dict[int, tuple[int, bytes]]) -> bytes:
    """Tag -> TIFF type and value, as an iPhone lays them out."""
    head, entries, values = b"Apple iOS\0\0\1MM" + struct.pack(">H", len(tags)), b"", b""
    at = len(head) + 12 * len(tags) + 4
    for tag, (kind, value) in sorted(tags.items()):
        count = len(value) if kind == 2 else 1
        entries += struct.pack(">HHI", tag, kind, count)
        if len(value) <= 4:
            entries += value.ljust(4, b"\0")
        else:
            entries += struct.pack(">I", at + len(values))
            values += value
    return head + entries + bytes(4) + values


@pytest.fixture
def small() -> Image.Image:
    return Image.new("RGB", (8, 6))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_a_plain_photo_is_neither_favourite_nor_special(
    name: str, small: Image.Image, encode: Encode
) -> None:
    got = read_info(encode(small, name, exif=exif({0x010F: "Apple", 0x4746: 4}, {0xA401: 2})))
    assert (got.favourite, got.media) == (False, frozenset())


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_five_stars_in_exif_are_a_favourite(name: str, small: Image.Image, encode: Encode) -> None:
    assert read_info(encode(small, name, exif=exif({0x4746: 5}, {}))).favourite


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "written",
    [
        packet(f'xmlns:xmp="{XAP}" xmp:Rating="5"'),
        packet(f"xmlns:xap='{XAP}' xap:Rating = '5'"),
        packet(f'xmlns:xmp="{XAP}"', "<xmp:Rating>5</xmp:Rating>"),
    ],
)
def test_five_stars_in_xmp_are_a_favourite(
    name: str, written: bytes, small: Image.Image, encode: Encode
) -> None:
    assert read_info(encode(small, name, xmp=written)).favourite


@pytest.mark.parametrize("rating", ["4", "", "-1", "55", "five"])
def test_another_rating_is_none(rating: str, small: Image.Image, encode: Encode) -> None:
    written = packet(f'xmlns:xmp="{XAP}" xmp:Rating="{rating}"')
    assert not read_info(encode(small, "JPEG", xmp=written)).favourite


def test_a_rating_in_another_namespace_is_none(small: Image.Image, encode: Encode) -> None:
    written = packet('xmlns:xmp="http://example.com/" xmp:Rating="5"')
    assert not read_info(encode(small, "JPEG", xmp=written)).favourite


def test_xmp_in_a_png_is_read(small: Image.Image, encode: Encode) -> None:
    chunks = PngImagePlugin.PngInfo()
    written = packet(f'xmlns:xmp="{XAP}" xmp:Rating="5"').decode()
    chunks.add_itxt("XML:com.adobe.xmp", written)
    assert read_info(encode(small, "PNG", pnginfo=chunks)).favourite


def test_xmp_in_a_tiff_is_read(small: Image.Image, encode: Encode) -> None:
    written = packet(f'xmlns:xmp="{XAP}" xmp:Rating="5"')
    assert read_info(encode(small, "TIFF", tiffinfo={700: written})).favourite


@pytest.mark.parametrize(
    ("photo", "media"),
    [
        ({0x9286: b"ASCII\0\0\0Screenshot"}, {"screenshot"}),
        ({0x9286: b"ASCII\0\0\0Screenshot of a beach"}, set()),
        # exiftool -UserComment says "Screenshot" of each of these
        ({0x9286: b"UNICODE\0" + "Screenshot".encode("utf-16-le")}, {"screenshot"}),
        ({0x9286: b"UNICODE\0" + "Screenshot".encode("utf-16-be")}, {"screenshot"}),
        ({0x9286: b"UNICODE\0\xff\xfe" + "Screenshot".encode("utf-16-le")}, {"screenshot"}),
        ({0x9286: b"UNICODE\0\xfe\xff" + "Screenshot\0".encode("utf-16-be")}, {"screenshot"}),
        ({0x9286: b"UNICODE Screenshot"}, {"screenshot"}),
        ({0x9286: b"JIS\0\0\0\0\0Screenshot"}, {"screenshot"}),
        ({0x9286: b"JIS\0\0\0\0\0\x1b(JScreenshot\x1b(B"}, {"screenshot"}),
        ({0x9286: b"\0\0\0\0\0\0\0\0Screenshot"}, {"screenshot"}),
        ({0x9286: b"ASCII   Screenshot   "}, {"screenshot"}),
        ({0x9286: b"UNICODE\0" + "Screenshots".encode("utf-16-le")}, set()),
        ({0x9286: b"UNICODE\0S"}, set()),
        ({0xA401: 6}, {"panorama"}),
        ({0xA401: 7}, {"portrait"}),
        ({0xA401: 8}, {"portrait"}),
        ({0x927C: apple_note({0x14: (9, struct.pack(">i", 2))})}, {"portrait"}),
        ({0x927C: apple_note({0x14: (9, struct.pack(">i", 10))})}, set()),
        ({0x927C: apple_note({0x11: (2, b"0F1B-22\0")})}, {"live"}),
        ({0x927C: apple_note({0x0B: (2, b"A1-22-3\0"), 0x11: (2, b"0F1-2\0")})}, {"burst", "live"}),
        ({0x927C: b"Apple iOS\0\0\1MM"}, set()),
        ({0x927C: b"Nikon\0\2\x10\0\0MM\0*"}, set()),
    ],
)
def test_an_iphone_says_what_it_took(
    photo: dict[int, Any], media: set[Media], small: Image.Image, encode: Encode
) -> None:
    got = read_info(encode(small, "JPEG", exif=exif({0x010F: "Apple"}, photo)))
    assert got.media == media


def test_another_makers_custom_rendering_says_nothing(small: Image.Image, encode: Encode) -> None:
    assert not read_info(encode(small, "JPEG", exif=exif({0x010F: "Canon"}, {0xA401: 6}))).media


@pytest.mark.parametrize(
    ("attributes", "body", "media"),
    [
        (f'xmlns:GPano="{PANORAMA}" GPano:ProjectionType="equirectangular"', "", {"panorama"}),
        (f'xmlns:G="{PANORAMA}"', "<G:ProjectionType>x</G:ProjectionType>", {"panorama"}),
        (f'xmlns:GPano="{PANORAMA}"', "", set()),
        (f'xmlns:GCamera="{CAMERA}" GCamera:MotionPhoto="1"', "", {"live"}),
        (f'xmlns:GCamera="{CAMERA}" GCamera:MotionPhoto="0"', "", set()),
        (f'xmlns:c="{CAMERA}" c:MicroVideo="1" c:BurstID="ab-1"', "", {"live", "burst"}),
        ('xmlns:exif="http://ns.adobe.com/exif/1.0/"', COMMENT, {"screenshot"}),
    ],
)  # fmt: skip
def test_xmp_says_what_it_is(
    attributes: str, body: str, media: set[Media], small: Image.Image, encode: Encode
) -> None:
    assert read_info(encode(small, "JPEG", xmp=packet(attributes, body))).media == media


def test_damaged_xmp_is_read_in_no_time_and_without_an_error(
    small: Image.Image, encode: Encode
) -> None:
    whole = packet(f'xmlns:xmp="{XAP}" xmp:Rating="5"', "<xmp:Rating>5</xmp:Rating>")
    dice = random.Random(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 5, 40))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        read_info(encode(small, "JPEG", xmp=bytes(damaged[: dice.randrange(len(damaged))])))
