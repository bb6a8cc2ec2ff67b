"""Reads the properties of XMP packets: date, place, camera, rating, kinds of photo, and texts.

ISO 16684-1 (Extensible Metadata Platform), 7.4 and 7.9: a simple property is an attribute
or an element of a description; those of other things (history, ingredients) lie deeper and are not
the photo's. Lists are read by xmp_lists.py. A packet comes from a file of unknown origin: a
document type ends the reading, so that no entity is expanded or followed, and what was read before
damage is kept. After damage it is read once more with the mistakes repaired that programs make.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from photosearch.images.metadata.fields import (
    LATITUDE,
    LONGITUDE,
    Axis,
    Fields,
    camera_name,
    degrees_from_text,
    make_place,
    parse_moment,
)
from photosearch.images.metadata.texts import merge_texts
from photosearch.images.metadata.xml_repair import repaired
from photosearch.images.metadata.xmp_lists import PREFIXES, RDF, Lists
from photosearch.types import PhotoTexts

XMP = "http://ns.adobe.com/xap/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
PANORAMA = "http://ns.google.com/photos/1.0/panorama/"
CAMERA = "http://ns.google.com/photos/1.0/camera/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_TIFF = "http://ns.adobe.com/tiff/1.0/"

_WANTED = {
    XMP: ("CreateDate", "Rating"),
    EXIF: (
        "DateTimeOriginal", "DateTimeDigitized", "GPSTimeStamp", "UserComment",
        "GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSLongitudeRef",
    ),
    PANORAMA: ("ProjectionType",),
    CAMERA: ("MotionPhoto", "MicroVideo", "BurstID"),
    _PHOTOSHOP: ("DateCreated",),
    _TIFF: ("Make", "Model"),
}  # fmt: skip
_PREFIXES = {
    "xmp": XMP, "exif": EXIF, "GPano": PANORAMA, "GCamera": CAMERA, "photoshop": _PHOTOSHOP,
    "tiff": _TIFF, "rdf": RDF, **PREFIXES,
}  # fmt: skip
_NAMES = frozenset(f"{namespace} {name}" for namespace, names in _WANTED.items() for name in names)
MAX_BYTES = 16 << 20  # of a packet; what is behind is not read
_MAX_ELEMENTS = 100_000  # and so many attributes; editors write a few hundred
_MAX_CHARACTERS = 200  # of a value
_WITHIN = [f"{RDF} RDF", f"{RDF} Description"]  # where a photo's own properties are
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _Enough(Exception):
    """Ends the parsing: nothing behind this point is read."""


@dataclass(frozen=True, slots=True)
class Xmp:
    """The properties of `_WANTED` that a photo has: namespace, a blank, name -> text."""

    properties: Mapping[str, str] = field(default_factory=dict)
    texts: PhotoTexts = field(default_factory=PhotoTexts)

    def get(self, namespace: str, name: str) -> str:
        """The text of a property, the first one where it has several; "" if it is not there."""
        return self.properties.get(f"{namespace} {name}", "")


def read_xmp(packets: Iterable[bytes]) -> Xmp:
    """Reads the properties of packets; the first packet that has one counts. Never fails."""
    found: dict[str, str] = {}
    texts = PhotoTexts()
    for packet in packets:
        reader = _Reader()
        text = _text(packet[:MAX_BYTES])
        if not reader.read(text) and (better := repaired(text, _PREFIXES)) != text:
            reader.read(better)
        found = {**reader.found, **found}
        texts = merge_texts((texts, reader.lists.texts()))
    return Xmp(found, texts)


def xmp_fields(xmp: Xmp) -> Fields:
    """The date, place and camera of a packet; the date of the last edit is not read."""
    taken = (xmp.get(EXIF, "DateTimeOriginal"), xmp.get(_PHOTOSHOP, "DateCreated"))
    digitised = (xmp.get(EXIF, "DateTimeDigitized"), xmp.get(XMP, "CreateDate"))
    return Fields(
        taken=parse_moment(taken[0]) or parse_moment(taken[1]),
        digitised=parse_moment(digitised[0]) or parse_moment(digitised[1]),
        instant=parse_moment(xmp.get(EXIF, "GPSTimeStamp"), "Z"),
        place=make_place(
            _degrees(xmp, LATITUDE, "Latitude"), _degrees(xmp, LONGITUDE, "Longitude")
        ),
        camera=camera_name(xmp.get(_TIFF, "Make"), xmp.get(_TIFF, "Model")),
    )


def _degrees(xmp: Xmp, axis: Axis, name: str) -> float | None:
    return degrees_from_text(xmp.get(EXIF, f"GPS{name}"), xmp.get(EXIF, f"GPS{name}Ref"), axis)


def _text(packet: bytes) -> str:
    """Decodes a packet, UTF-8 unless its first bytes say otherwise; drops what XML forbids."""
    packet = packet.lstrip(b"\r\n\t ")
    encoding = next((name for start, name in _ENCODINGS if packet.startswith(start)), "utf-8")
    text = packet.decode(encoding, "replace").lstrip("\ufeff\0\r\n\t ")
    return _NOT_XML.sub(" ", text)


class _Reader:
    """Handles the parser's events, and collects the simple properties of descriptions."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.lists = Lists()

    def read(self, text: str) -> bool:
        """Parses a text; False if damage ended it. What was found before is kept and counts."""
        self.lists = Lists()  # what was read of a list before is read again
        self._path: list[str] = []
        self._property: str | None = None  # whose text is being read
        self._elements = 0
        if text.count("=") > _MAX_ELEMENTS:  # all attributes of an element come at once
            return True
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(text, True)
        except expat.ExpatError:
            return False
        except _Enough:
            pass
        return True

    def _refuse(self, *_: object) -> None:
        raise _Enough

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise _Enough
        self._path.append(name)
        depth = self._depth()
        if depth >= 0:
            self.lists.start(self._path[-depth] if depth else "", depth, name, attributes)
        if depth == 0:
            for key in _NAMES & attributes.keys():
                self._keep(key, attributes[key])
        elif depth == 1 and name in _NAMES:
            self._property = name

    def _end(self, _: str) -> None:
        depth = self._depth()
        if depth == 1:
            self._property = None
        if depth > 0:
            self.lists.end(depth)
        self._path.pop()

    def _characters(self, text: str) -> None:
        self.lists.characters(text)
        if self._property and not text.isspace():
            self._keep(self._property, text)

    def _depth(self) -> int:
        """The depth inside a description: 0 for itself, 1 for a property, < 0 outside."""
        start = 0 if self._path[:1] == _WITHIN[:1] else 1  # there may be an x:xmpmeta around it
        if self._path[start : start + 2] != _WITHIN:
            return -1
        return len(self._path) - start - 2

    def _keep(self, name: str, value: str) -> None:
        self.found.setdefault(name, value.strip()[:_MAX_CHARACTERS])
