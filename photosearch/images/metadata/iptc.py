"""Reads the dates of IPTC records, which Photoshop keeps in its "image resources".

IPTC-NAA Information Interchange Model 4.2 (datasets 2:55, 2:60, 2:62 and 2:63), and the
image resource blocks of Adobe's "Photoshop File Formats" specification. All of it is digits, so the
character set that 1:90 names does not matter here.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from photosearch.images.metadata.fields import Fields, parse_moment

_IPTC, _DIGEST = 0x0404, 0x0425  # image resources
_SIGNATURES = (b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa")  # as exiftool's Photoshop.pm
_MARKER, _APPLICATION = 0x1C, 2  # of a dataset; the record that describes the object
_DATE_CREATED, _TIME_CREATED, _DATE_DIGITISED, _TIME_DIGITISED = 55, 60, 62, 63
_EXTENDED = 0x8000
_MAX_ITEMS = 1000  # datasets or resources; editors write some dozens
_LONGEST = 32  # bytes of a date


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
    """The dates of creation and digitisation. A dataset that runs over the end is the last one."""
    found: dict[int, str] = {}
    record, at = iptc.record, 0
    for _ in range(_MAX_ITEMS):
        if at + 5 > len(record) or record[at] != _MARKER:
            break
        part, dataset, size = struct.unpack_from(">BBH", record, at + 1)
        at += 5
        if size & _EXTENDED:  # the length of the length
            size, at = int.from_bytes(record[at : at + size % _EXTENDED]), at + size % _EXTENDED
        if part == _APPLICATION:
            value = record[at : at + min(size, _LONGEST)]
            found.setdefault(dataset, value.decode("latin-1").strip("\0 "))
        at += size
    return Fields(
        taken=parse_moment(_joined(found, _DATE_CREATED, _TIME_CREATED)),
        digitised=parse_moment(_joined(found, _DATE_DIGITISED, _TIME_DIGITISED)),
    )


def _joined(found: dict[int, str], date: int, time: int) -> str:
    return f"{found.get(date, '')} {found.get(time, '')}"


def _even(size: int) -> int:
    return size + size % 2
