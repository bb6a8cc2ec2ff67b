"""The page of a TIFF file that is the picture, which need not be the first.

A first page that is whole is the picture:
the others are pages of a document, or a pyramid of smaller copies. Where the first is a reduced
copy or a mask, it is the largest of the whole ones, and the first of those.
"""

from __future__ import annotations

import io
import struct

from PIL import ImageFile, TiffImagePlugin

from photosearch.images.heif import TURN
from photosearch.images.metadata.tags import Directories, read_tags
from photosearch.images.pages import Page, all_pages, layout_of
from photosearch.images.raw import is_raw_tiff, open_raw


def open_tiff(data: bytes) -> ImageFile.ImageFile:
    """By Pillow, at the page that is the picture. A sub-page is turned as its parent is.

    Of a RAW file that is a TIFF file, its preview.
    """
    if is_raw_tiff(data):
        return open_raw(data)
    page = picture_page(data)
    image = TiffImagePlugin.TiffImageFile(io.BytesIO(_beginning_at(data, page)))
    if page is not None and page.turn is None and page.parent_turn is not None:
        image.info[TURN] = page.parent_turn
    return image


def tiff_tags(data: bytes) -> Directories:
    """What the picture's own page says, and the first page where that says nothing."""
    first, page = read_tags(data), picture_page(data)
    if page is None:
        return first
    own = read_tags(_beginning_at(data, page))
    return Directories({**first.main, **own.main}, own.exif or first.exif, own.gps or first.gps)


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
