"""The TIFF directory reader against tags written by Pillow, and against nonsense."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photosearch.images.metadata.exif import ExifTags, int_value, read_tags, text_value


def written() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2021:04:11 15:47:53"
    exif.get_ifd(0x8825)[2] = (IFDRational(39), IFDRational(3), IFDRational(484, 100))
    return exif.tobytes()


def directory(order: str, *entries: tuple[int, int, int, bytes], extra: bytes = b"") -> bytes:
    """A block with one directory at 8 and `extra` right behind it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
    return mark + struct.pack(order + "I", 8) + body + bytes(4) + extra


def test_tags_that_pillow_wrote_are_read() -> None:
    found = read_tags(written())
    assert text_value(found.main[0x010F]) == "Maker"
    assert int_value(found.main[0x0112]) == 6
    assert text_value(found.exif[0x9003]) == "2021:04:11 15:47:53"
    assert found.gps[2] == (39.0, 3.0, 4.84)


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    data = directory(order, (0x0112, 3, 1, struct.pack(order + "H", 8)))
    assert read_tags(data).main == {0x0112: (8,)}


def test_the_exif_header_may_be_missing_or_doubled() -> None:
    bare = written().removeprefix(b"Exif\0\0")
    assert read_tags(bare) == read_tags(b"Exif\0\0" * 2 + bare) != ExifTags()


@pytest.mark.parametrize(("ratio", "expected"), [((1, 4), 0.25), ((0, 0), 0.0), ((5, 0), math.nan)])
def test_a_ratio_over_zero_is_no_number(ratio: tuple[int, int], expected: float) -> None:
    data = directory("<", (2, 5, 1, struct.pack("<I", 26)), extra=struct.pack("<II", *ratio))
    assert read_tags(data).main[2] == pytest.approx((expected,), nan_ok=True)


@pytest.mark.parametrize("entry", [
    (0x010F, 2, 50, struct.pack("<I", 26)),  # longer than the file
    (0x010F, 2, 5, struct.pack("<I", 2**32 - 1)),  # far behind its end
    (0x010F, 99, 1, b""),  # no such type
    (0x8769, 4, 1, struct.pack("<I", 10**6)),  # a directory behind the end
])  # fmt: skip
def test_a_broken_tag_does_not_harm_the_others(entry: tuple[int, int, int, bytes]) -> None:
    found = read_tags(directory("<", entry, (0x0112, 3, 1, b"\3")))
    assert found.main[0x0112] == (3,)
    assert 0x010F not in found.main
    assert found.exif == {}


def test_a_directory_cut_short_gives_its_first_tags() -> None:
    data = directory("<", (0x0112, 3, 1, b"\3"), (0x0100, 3, 1, b"\7"))
    assert read_tags(data[:26]).main == {0x0112: (3,)}


def test_a_directory_that_points_to_itself_ends() -> None:
    data = directory("<", (0x8769, 4, 1, b"\x08"), (0x8825, 4, 1, b"\x08"))
    assert read_tags(data).exif == read_tags(data).main


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"NIKON \0junk", "NIKON"), ("Crémieux".encode(), "Crémieux"), (b"caf\xe9", "café"),
     (b" a\x01 \n b ", "a b"), (b"", "")],
)  # fmt: skip
def test_text_is_cleaned(raw: bytes, expected: str) -> None:
    assert text_value(raw) == expected


def test_numbers_are_not_text_and_text_is_no_number() -> None:
    assert text_value((1, 2)) == ""
    assert int_value(b"1") is None
    assert int_value((1.5,)) is None


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"II*\0", b"MM\0*", b"Exif\0\0II*\0\x08\0\0\0"])
)
def test_no_bytes_can_make_it_fail(data: bytes, start: bytes) -> None:
    assert isinstance(read_tags(start + data), ExifTags)


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
