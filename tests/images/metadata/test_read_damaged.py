"""Damaged and hostile blocks of metadata: they cost themselves, and nothing else."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
import warnings
import zlib
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.errors import ImageError
from photosearch.images.jpeg import image_resources, xmp_packets
from photosearch.images.load import open_image
from photosearch.images.metadata.exif import read_tags
from photosearch.images.metadata.iptc import Iptc, from_resources, iptc_fields, read_iptc
from photosearch.images.metadata.read import read_info
from photosearch.images.metadata.xmp import MAX_BYTES
from photosearch.images.png import png_info, raw_profile
from photosearch.types import PhotoInfo
from tests.images.written import (
    DATED,
    EXTENSION,
    FILES,
    IPTC,
    LONG,
    TAKEN,
    XMP_HEAD,
    exif,
    extended,
    iptc,
    jpeg,
    png,
    resources,
    with_iptc,
    xmp,
)

PLAIN = PhotoInfo(width=8, height=6)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=6)), max_size=6),
)
def test_a_damaged_file_tells_something_or_is_a_typed_error(
    name: str, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(FILES[name][0])
    for at, junk in changes:
        data[at : at + len(junk)] = junk
    with warnings.catch_warnings(), contextlib.suppress(ImageError):
        warnings.simplefilter("ignore")  # of Pillow's TIFF reader, about odd tags
        assert isinstance(read_info(bytes(data)), PhotoInfo)


# exiftool -DateTimeOriginal reads each; of two blocks it prints the second
@pytest.mark.parametrize("head", [b"Exif\0\0", b"Exif\0\xff", b"\0\0Exif\0\0", b"EXIF\0\0"])
def test_the_head_of_exif_may_be_odd(head: bytes) -> None:
    first, second = (exif({TAKEN: f"{year}:08:08 07:05:03"})[6:] for year in (2018, 2001))
    data = jpeg((0xE1, head + first), (0xE1, head + second))
    assert read_info(data).taken_at == datetime(2018, 8, 8, 7, 5, 3)


@pytest.mark.parametrize(
    "head",
    [XMP_HEAD, XMP_HEAD[:-1], XMP_HEAD[:-2] + b"\0", b"XMP\0", b""],
)
def test_the_head_of_xmp_may_be_odd(head: bytes) -> None:
    assert read_info(jpeg((0xE1, head + DATED))).taken_at == datetime(2021, 3, 4, 5, 6, 7)


@settings(max_examples=300)
@given(st.binary(max_size=120), st.sampled_from([b"", b"8BIM\4\4\0\0", b"\x1c\2\x37", b"\x1c\2<"]))
def test_no_bytes_can_make_the_small_readers_fail(junk: bytes, start: bytes) -> None:
    iptc_fields(from_resources(start + junk))
    iptc_fields(read_iptc(start + junk))
    iptc_fields(Iptc(start + junk))
    segments = [("APP1", EXTENSION + junk), ("APP1", XMP_HEAD + start + junk)]
    assert xmp_packets(segments)
    image_resources([("APP13", b"Photoshop 3.0\0" + junk)])
    png_info(b"\x89PNG\r\n\x1a\n" + start + junk)
    raw_profile({"Raw profile type exif": (start + junk).decode("latin-1")}, "exif")


@pytest.mark.parametrize(
    ("length", "offset"), [(0, 0), (2**32 - 1, 0), (10, 2**32 - 1), (40_000, 1), (39_999, 0)]
)
def test_an_extension_whose_numbers_do_not_fit_is_left_out(length: int, offset: int) -> None:
    data = bytearray(extended(DATED))
    at = data.index(EXTENSION) + len(EXTENSION) + 32
    struct.pack_into(">II", data, at, length, offset)
    assert read_info(bytes(data)) == PLAIN


def test_an_extension_that_nobody_names_is_left_out() -> None:
    foreign = EXTENSION + b"0" * 32 + struct.pack(">II", len(DATED), 0) + DATED
    assert read_info(jpeg((0xE1, XMP_HEAD + xmp()), (0xE1, foreign))) == PLAIN


def test_many_small_parts_are_put_together() -> None:
    parts = list(range(0, len(LONG), 300))
    got = read_info(extended(LONG, range(len(parts) - 1, -1, -1), size=300))
    assert got.utc_offset_min == 120


def test_an_extended_dataset_in_front_of_the_date_is_passed_over() -> None:
    long = b"\x1c\2\x78\x80\4" + struct.pack(">I", 40_000) + b"x" * 40_000
    info = read_info(with_iptc(resources((0x0404, long + IPTC[8:]))))
    assert info.utc_offset_min == 120


def test_a_dataset_that_runs_over_the_end_ends_the_record() -> None:
    record = iptc(d55="20050607") + b"\x1c\2\x3c\x7f\xff050607"
    assert read_info(with_iptc(resources((0x0404, record)))).taken_at is not None


def test_a_text_that_unpacks_to_gigabytes_is_cut_off() -> None:
    bomb = zlib.compress(bytes(200 << 20), 1)
    data = png((b"zTXt", b"Creation Time\0\0" + bomb), behind=True)
    tracemalloc.start()
    try:
        info = png_info(data)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(info["Creation Time"]) == MAX_BYTES
    assert peak_bytes < 4 * MAX_BYTES


@pytest.mark.parametrize("behind", [False, True])
def test_a_png_whose_text_is_too_long_for_pillow_is_read(behind: bool) -> None:
    long = xmp('exif:DateTimeOriginal="2021-03-04"', f"<dc:x>{'x' * 2_000_000}</dc:x>")
    texts = [long, b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(long)]
    for text in (b"XML:com.adobe.xmp\0\0\0\0\0" + texts[0], texts[1]):
        data = png((b"iTXt", text), behind=behind)
        assert read_info(data).taken_at is not None
        assert open_image(data).size == (8, 6)


def test_tags_that_all_claim_the_same_bytes_share_what_there_is() -> None:
    entry = [struct.pack("<HHII", 1000 + i, 7, 90_000, 8) for i in range(1000)]
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 1000) + b"".join(entry)
    data = data.ljust(100_000, b"\0")
    assert sum(len(value) for value in read_tags(data).main.values()) <= len(data)


def test_long_runs_of_numbers_are_bytes_or_nothing() -> None:
    kinds = {700: (1, 100_000), 701: (3, 100_000)}
    entries = [struct.pack("<HHII", tag, *kind, 50) for tag, kind in kinds.items()]
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + b"".join(entries)
    assert read_tags(data.ljust(400_000, b"x")).main == {700: b"x" * 100_000}
