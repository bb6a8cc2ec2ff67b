"""Reads the dates and texts of IPTC records, which Photoshop keeps in its "image resources".

IPTC-NAA Information Interchange Model 4.2 (datasets 1:90; 2:05, 2:25, 2:55, 2:60, 2:62, 2:63 and
2:120), and the image resource blocks of Adobe's "Photoshop File Formats" specification. Texts
are read as UTF-8, which 1:90 announces and many use without it, and as Latin-1 where they are none.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from photosearch.images.metadata.fields import Fields, parse_moment
from photosearch.images.metadata.texts import MOST_DESCRIPTION, make_texts
from photosearch.types import PhotoTexts

_IPTC, _DIGEST = 0x0404, 0x0425  # image resources
_SIGNATURES = (b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa")  # as exiftool's Photoshop.pm
_MARKER, _APPLICATION = 0x1C, 2  # of a dataset; the record that describes the object
_DATE_CREATED, _TIME_CREATED, _DATE_DIGITISED, _TIME_DIGITISED = 55, 60, 62, 63
_TITLE, _KEYWORD, _CAPTION = 5, 25, 120
_EXTENDED = 0x8000
_MAX_ITEMS = 1000  # datasets or resources; editors write some dozens
_LONGEST = 32  # bytes of a date
_LONGEST_TEXT = 8 * MOST_DESCRIPTION  # bytes


@dataclass(frozen=True, slots=True)
class Iptc:
    """An IPTC record, and whether it is newer than the XMP beside it."""

    record: bytes = b""
    is_newer: bool = False  # than XMP: changed by a program that did not know of XMP


def from_resources(block: bytes) -> Iptc:
    """Reads the record in image resources; Photoshop's digest of it dates it (MWG 2.0)."""
    found: dict[int, bytes] = {}
    at = 0
    for _ in range(_MAX_ITEMS):
        if block[at : at + 4] not in _SIGNATURES or at + 12 > len(block):
            break
        (kind,) = struct.unpack_from(">H", block, at + 4)
        data_at = at + 6 + _even(1 + block[at + 6]) + 4
        (size,) = struct.unpack(">I", block[data_at - 4 : data_at].rjust(4, b"\xff"))
        found.setdefault(kind, block[data_at : data_at + size])
        at = data_at + _even(size)
    record, digest = found.get(_IPTC, b""), found.get(_DIGEST)
    newer = digest is not None and hashlib.md5(record, usedforsecurity=False).digest() != digest
    return Iptc(record, bool(record) and newer)


def read_iptc(block: bytes) -> Iptc:
    """Reads a bare record, as in TIFF, or one in image resources, as in a PNG's raw profile."""
    return from_resources(block) if block.startswith(_SIGNATURES) else Iptc(block)


def iptc_fields(iptc: Iptc) -> Fields:
    """The dates of creation and digitisation."""
    found: dict[int, str] = {}
    for dataset, value in _datasets(iptc.record):
        found.setdefault(dataset, value[:_LONGEST].decode("latin-1").strip("\0 "))
    return Fields(
        taken=parse_moment(_joined(found, _DATE_CREATED, _TIME_CREATED)),
        digitised=parse_moment(_joined(found, _DATE_DIGITISED, _TIME_DIGITISED)),
    )


def iptc_texts(iptc: Iptc) -> PhotoTexts:
    """The object's name, its caption and its keywords."""
    found: dict[int, list[str]] = {}
    for dataset, value in _datasets(iptc.record):
        if dataset in (_TITLE, _KEYWORD, _CAPTION):
            found.setdefault(dataset, []).append(_decoded(value[:_LONGEST_TEXT]))
    return make_texts(
        titles=found.get(_TITLE, ()),
        descriptions=found.get(_CAPTION, ()),
        keywords=found.get(_KEYWORD, ()),
    )


def _datasets(record: bytes) -> Iterator[tuple[int, bytes]]:
    """The datasets of the application record. One that runs over the end is the last one."""
    at = 0
    for _ in range(_MAX_ITEMS):
        if at + 5 > len(record) or record[at] != _MARKER:
            return
        part, dataset, size = struct.unpack_from(">BBH", record, at + 1)
        at += 5
        if size & _EXTENDED:  # the length of the length
            size, at = int.from_bytes(record[at : at + size % _EXTENDED]), at + size % _EXTENDED
        if part == _APPLICATION:
            yield dataset, record[at : at + size]
        at += size


def _decoded(value: bytes) -> str:
    """UTF-8 where it is that, whatever 1:90 says: no other text that people write looks like it."""
    value = value.split(b"\0", 1)[0]
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        is_cut = error.start > len(value) - 4 and len(value) == _LONGEST_TEXT
        return value[: error.start].decode() if is_cut else value.decode("latin-1")


def _joined(found: dict[int, str], date: int, time: int) -> str:
    return f"{found.get(date, '')} {found.get(time, '')}"


def _even(size: int) -> int:
    return size + size % 2
