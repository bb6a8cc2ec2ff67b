"""TIFF and BigTIFF files: the chain of pages, and the one that is the picture.

It need not be the first. A first page that is whole is the picture: the others are pages of a
document, or a pyramid of smaller copies. Where the first is a reduced copy or a mask, it is the
largest of the whole ones, and the first of those.

TIFF 6.0, section 2 (directories, `SubfileType`), TIFF Technical Note 1 (`SubIFDs`), and BigTIFF
(https://www.awaresystems.be/imaging/tiff/bigtiff.html). Whatever the bytes are, each directory is
read once and none outside them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ImageFile, TiffImagePlugin

from photosearch.images.metadata.exif import ORIENTATION_KEY, ExifTags, read_tags

_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC = 254, 255, 256, 257, 262
_ORIENTATION, _SUB_PAGES = 274, 330
_WANTED = frozenset(
    (_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _ORIENTATION, _SUB_PAGES)
)
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_OLD_REDUCED = 2  # a value of SubfileType
_CODES = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # TIFF type -> struct code
_MOST_PAGES, _MOST_SUB_PAGES, _MOST_TAGS = 1000, 32, 1000


def open_tiff(data: bytes) -> ImageFile.ImageFile:
    """Opens a TIFF by Pillow at the page that is the picture; a sub-page has its parent's turn."""
    page = picture_page(data)
    image = TiffImagePlugin.TiffImageFile(io.BytesIO(_beginning_at(data, page)))
    if page is not None and page.orientation is None and page.parent_orientation is not None:
        image.info[ORIENTATION_KEY] = page.parent_orientation
    return image


def tiff_tags(data: bytes) -> ExifTags:
    """Reads the tags of the picture's page; what it lacks comes from the first page."""
    first, page = read_tags(data), picture_page(data)
    if page is None:
        return first
    own = read_tags(_beginning_at(data, page))
    return ExifTags({**first.main, **own.main}, own.exif or first.exif, own.gps or first.gps)


def picture_page(data: bytes) -> Page | None:
    """The page to take; None if it is the first, or if there is none that is whole."""
    pages = all_pages(data)
    first = next(pages, None)
    if first is None or first.is_whole:
        return None
    whole = [page for page in pages if page.is_whole]
    return max(whole, key=lambda page: page.width * page.height, default=None)


def _beginning_at(data: bytes, page: Page | None) -> bytes:
    """The same file with that page as its first."""
    if page is None:
        return data
    layout = layout_of(data)
    assert layout is not None
    at = layout.first_at
    return (
        data[:at]
        + struct.pack(layout.order + layout.pointer, page.offset)
        + (data[at + layout.pointer_bytes :])
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One directory of a TIFF file, and the picture that it describes."""

    offset: int  # of its directory, in bytes
    width: int
    height: int
    photometric: int | None  # how its numbers are colours
    is_whole: bool  # neither a reduced copy nor a mask
    orientation: int | None  # its orientation, 1 to 8
    parent_orientation: int | None  # that of the page that it is a sub-page of; None for the others
    next: int
    sub_pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a TIFF or BigTIFF file writes numbers and offsets."""

    order: str  # of bytes, "<" or ">"
    first_at: int  # where the first directory's offset is written
    pointer: str  # struct code of an offset
    count: str  # of the number of tags

    @property
    def pointer_bytes(self) -> int:
        return struct.calcsize(self.pointer)


def layout_of(data: bytes) -> Layout | None:
    """The layout by the first bytes; None for a file that is no TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 16:
        return None
    if data[2:4] in (b"+\0", b"\0+"):
        return Layout(order, 8, "Q", "Q")
    return Layout(order, 4, "I", "H")


def all_pages(data: bytes) -> Iterator[Page]:
    """Parses the pages in the order of their chain, each followed by its sub-pages; each once."""
    layout = layout_of(data)
    if layout is None:
        return
    (at,) = struct.unpack_from(layout.order + layout.pointer, data, layout.first_at)
    seen: set[int] = set()
    while len(seen) < _MOST_PAGES and at not in seen:
        seen.add(at)
        page = _page(data, layout, at, None)
        if page is None:
            return
        yield page
        for offset in page.sub_pages:
            sub_page = None if offset in seen else _page(data, layout, offset, page.orientation)
            seen.add(offset)
            if sub_page is not None:
                yield sub_page
        at = page.next


def _page(data: bytes, layout: Layout, at: int, parent_orientation: int | None) -> Page | None:
    """The page whose directory is there; None if that lies outside the data."""
    head = struct.Struct(layout.order + layout.count)
    if not 0 < at <= len(data) - head.size:
        return None
    (count,) = head.unpack_from(data, at)
    entry_bytes = 4 + 2 * layout.pointer_bytes
    start, end = at + head.size, at + head.size + count * entry_bytes
    if count > _MOST_TAGS or end + layout.pointer_bytes > len(data):
        return None
    tags = dict(_tags(data, layout, range(start, end, entry_bytes)))
    kind = tags.get(_NEW_SUBFILE_TYPE, (0,))[0]
    reduced = kind & (_REDUCED | _MASK) or tags.get(_SUBFILE_TYPE, (0,))[0] == _OLD_REDUCED
    return Page(
        offset=at,
        width=tags.get(_WIDTH, (0,))[0],
        height=tags.get(_HEIGHT, (0,))[0],
        photometric=tags.get(_PHOTOMETRIC, (None,))[0],
        is_whole=not reduced,
        orientation=tags.get(_ORIENTATION, (None,))[0],
        parent_orientation=parent_orientation,
        next=struct.unpack_from(layout.order + layout.pointer, data, end)[0],
        sub_pages=tags.get(_SUB_PAGES, ())[:_MOST_SUB_PAGES],
    )


def _tags(data: bytes, layout: Layout, entries: range) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The numbers of the tags that count here, as far as they lie inside the data."""
    for at in entries:
        tag, kind, count = struct.unpack_from(f"{layout.order}HH{layout.pointer}", data, at)
        code = _CODES.get(kind)
        if tag not in _WANTED or code is None or not 0 < count <= _MOST_TAGS:
            continue
        values = struct.Struct(f"{layout.order}{count}{code}")
        at += 4 + layout.pointer_bytes
        if values.size > layout.pointer_bytes:
            (at,) = struct.unpack_from(layout.order + layout.pointer, data, at)
        if at + values.size <= len(data):
            yield tag, values.unpack_from(data, at)
