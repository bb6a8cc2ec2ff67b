"""Which page of a TIFF is the picture. The files are written here, directory by directory."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from PIL import Image

from photosearch.errors import ImageError
from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info
from photosearch.images.tiff import picture_page

REDUCED, PAGE, MASK = 1, 2, 4


@dataclass
class Sheet:
    """A page of one gray value."""

    size: tuple[int, int]
    value: int
    tags: Mapping[int, int | bytes] = field(default_factory=dict)
    inside: list[Sheet] = field(default_factory=list)  # its sub-pages


def written(*sheets: Sheet, order: str = "<", big: bool = False) -> bytes:
    """A TIFF, or BigTIFF, of these pages, uncompressed."""
    pointer = "Q" if big else "I"
    data = bytearray({"<": b"II", ">": b"MM"}[order])
    if big:
        data += struct.pack(order + "HHHQ", 43, 8, 0, 0)
    else:
        data += struct.pack(order + "HI", 42, 0)
    link = len(data) - struct.calcsize(pointer)
    for sheet in sheets:
        inner = [_page(data, each, (), order, pointer)[0] for each in sheet.inside]
        at, next_link = _page(data, sheet, inner, order, pointer)
        struct.pack_into(order + pointer, data, link, at)
        link = next_link
    return bytes(data)


def _page(
    data: bytearray, sheet: Sheet, inner: list[int] | tuple[()], order: str, pointer: str
) -> tuple[int, int]:
    """Where its directory is, and where the offset of the next one is to be written."""
    width, height = sheet.size
    pixels = len(data)
    data += bytes([sheet.value]) * (width * height)
    entries: dict[int, tuple[str, int, bytes]] = {}
    numbers = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 277: 1, 278: height}
    for tag, value in (numbers | {273: pixels, 279: width * height} | dict(sheet.tags)).items():
        if isinstance(value, bytes):
            entries[tag] = ("B", len(value), value)
        else:
            entries[tag] = ("I", 1, struct.pack(order + "I", value))
    if inner:
        entries[330] = ("I", len(inner), struct.pack(f"{order}{len(inner)}I", *inner))
    room = struct.calcsize(pointer)
    listed = b""
    for tag, (code, count, value) in sorted(entries.items()):
        if len(value) > room:
            value, outside = struct.pack(order + pointer, len(data)), value
            data += outside
        kind = {"B": 2, "I": 4}[code]
        listed += struct.pack(f"{order}HH{pointer}", tag, kind, count) + value.ljust(room, b"\0")
    at = len(data)
    data += struct.pack(order + ("Q" if pointer == "Q" else "H"), len(entries)) + listed
    data += bytes(room)
    return at, len(data) - room


def taken(data: bytes) -> tuple[tuple[int, int], int]:
    """Size and gray value of what is read, which the metadata agree with."""
    image, info = open_image(data), read_info(data)
    assert image.size == (info.width, info.height)
    value = image.getpixel((0, 0))
    assert isinstance(value, tuple)
    return image.size, value[0]


THUMB = Sheet((16, 12), 10, {254: REDUCED})
WHOLE = Sheet((64, 48), 200, {254: 0})


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_a_reduced_first_page_is_passed_over(order: str, big: bool) -> None:
    data = written(THUMB, WHOLE, order=order, big=big)
    with Image.open(io.BytesIO(data)) as read:  # Pillow reads the same two pages
        assert (read.size, read.n_frames) == ((16, 12), 2)  # type: ignore[attr-defined]
    assert taken(data) == ((64, 48), 200)


def test_so_is_one_that_says_it_in_the_old_way() -> None:
    assert taken(written(Sheet((16, 12), 10, {255: 2}), Sheet((64, 48), 200, {255: 1})))[1] == 200


def test_so_is_a_mask() -> None:
    assert taken(written(Sheet((64, 48), 10, {254: MASK}), WHOLE))[1] == 200


def test_a_whole_picture_in_a_sub_page_is_found() -> None:
    thumb = Sheet((16, 12), 10, {254: REDUCED}, inside=[Sheet((32, 24), 90, {254: REDUCED}), WHOLE])
    assert taken(written(thumb)) == ((64, 48), 200)


def test_of_a_document_the_first_page_is_taken_whatever_the_sizes() -> None:
    pages = [Sheet((20, 30), 50, {254: PAGE}), Sheet((40, 60), 60, {254: PAGE})]
    assert taken(written(*pages)) == ((20, 30), 50)


def test_of_a_document_behind_a_small_copy_the_first_page_is_taken() -> None:
    pages = [Sheet((40, 60), 50, {254: PAGE}), Sheet((40, 60), 60, {254: PAGE})]
    assert taken(written(THUMB, *pages)) == ((40, 60), 50)


def test_of_a_pyramid_the_whole_picture_is_taken() -> None:
    small = [Sheet((32, 24), 90, {254: REDUCED}), THUMB]
    assert taken(written(WHOLE, *small))[1] == 200
    assert taken(written(Sheet((64, 48), 200, inside=small)))[1] == 200
    assert taken(written(*reversed(small), WHOLE))[1] == 200


def test_the_largest_whole_page_is_taken_where_the_first_is_reduced() -> None:
    assert taken(written(THUMB, Sheet((32, 24), 90), WHOLE))[1] == 200


def test_a_file_of_reduced_pages_alone_gives_the_first() -> None:
    assert taken(written(THUMB, THUMB)) == ((16, 12), 10)


def test_a_page_is_turned_by_its_own_orientation() -> None:
    thumb = Sheet((16, 12), 10, {254: REDUCED, 274: 1})
    assert taken(written(thumb, Sheet((64, 48), 200, {274: 6})))[0] == (48, 64)
    assert taken(written(THUMB, Sheet((64, 48), 200, {274: 6})))[0] == (48, 64)
    assert taken(written(Sheet((16, 12), 10, {254: REDUCED, 274: 6}), WHOLE))[0] == (64, 48)


def test_a_sub_page_without_one_is_turned_as_its_parent() -> None:
    parent = Sheet((16, 12), 10, {254: REDUCED, 274: 6}, inside=[WHOLE])
    assert taken(written(parent))[0] == (48, 64)
    parent.inside = [Sheet((64, 48), 200, {274: 3})]
    assert taken(written(parent))[0] == (64, 48)


def test_the_camera_may_stand_in_either_page() -> None:
    named = {0x010F: b"Maker\0", 0x0110: b"Model\0"}
    thumb = Sheet((16, 12), 10, {254: REDUCED, **named})
    assert read_info(written(thumb, WHOLE)).camera == "Maker Model"
    assert read_info(written(THUMB, Sheet((64, 48), 200, named))).camera == "Maker Model"


def test_pages_that_lead_back_end_the_reading() -> None:
    data = bytearray(written(THUMB, THUMB))
    first = struct.unpack_from("<I", data, 4)[0]
    data[-4:] = struct.pack("<I", first)
    assert picture_page(bytes(data)) is None
    looped = written(Sheet((16, 12), 10, {254: REDUCED, 330: first}))
    assert picture_page(looped) is None


def test_offsets_and_counts_of_nonsense_are_no_pages() -> None:
    data = written(THUMB, WHOLE)
    first = struct.unpack_from("<I", data, 4)[0]
    for end in range(0, len(data), 7):
        picture_page(data[:end])
    for at in range(first, first + 120):
        broken = data[:at] + b"\xff" + data[at + 1 :]
        try:
            open_image(broken, max_pixels=1_000_000)
        except ImageError:
            continue
