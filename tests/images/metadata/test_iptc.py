"""IPTC records that are long, cut off or damaged."""

from __future__ import annotations

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.iptc import (
    Iptc,
    from_resources,
    iptc_fields,
    iptc_texts,
    read_iptc,
)
from photosearch.images.metadata.read import read_info
from photosearch.types import PhotoTexts
from tests.images.written import IPTC, iptc, resources, with_iptc


def dataset(number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value


def test_an_extended_dataset_in_front_of_the_date_is_passed_over() -> None:
    long = b"\x1c\2\x78\x80\4" + struct.pack(">I", 40_000) + b"x" * 40_000
    info = read_info(with_iptc(resources((0x0404, long + IPTC[8:]))))
    assert info.utc_offset_min == 120


def test_a_dataset_that_runs_over_the_end_ends_the_record() -> None:
    record = iptc(d55="20050607") + b"\x1c\2\x3c\x7f\xff050607"
    assert read_info(with_iptc(resources((0x0404, record)))).taken_at is not None


def test_a_title_a_caption_and_every_keyword_are_read() -> None:
    record = iptc(d5="Brücke", d120="Eine Brücke") + iptc(d25="See") + dataset(25, b"Berg")
    assert iptc_texts(Iptc(record)) == PhotoTexts("Brücke", "Eine Brücke", ("See", "Berg"))
    plain = record.replace(b"\x1c\x01\x5a\0\x03\x1b%G", b"")
    assert iptc_texts(Iptc(plain)) == PhotoTexts("Brücke", "Eine Brücke", ("See", "Berg"))


def test_what_is_no_utf_8_is_latin_1() -> None:
    record = dataset(5, "Brücke".encode("latin-1")) + dataset(25, "Köln".encode())
    assert iptc_texts(Iptc(record)) == PhotoTexts(title="Brücke", keywords=("Köln",))


@settings(max_examples=300)
@given(st.binary(max_size=120), st.sampled_from([b"", b"8BIM\4\4\0\0", b"\x1c\2\x37", b"\x1c\2<"]))
def test_no_bytes_can_make_the_records_fail(junk: bytes, start: bytes) -> None:
    iptc_fields(from_resources(start + junk))
    iptc_fields(read_iptc(start + junk))
    iptc_fields(Iptc(start + junk))
    iptc_texts(Iptc(start + junk))
