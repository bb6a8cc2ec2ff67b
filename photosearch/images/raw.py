"""RAW files of cameras: read by the largest JPEG preview inside them.

Every camera writes one beside the sensor's data, mostly of full size, for its own display; it is
what the photographer saw. It is found by its own beginning and not through the formats, of which
each maker has one: the largest baseline or progressive JPEG of three colours is it. Lossless JPEG
(SOF3), in which some makers keep the sensor's data, is none.

Metadata: TIFF/EP (ISO 12234-2), on which most of the formats are built, some under a magic of
their own; CR3 keeps directories in boxes (https://github.com/lclevy/canon_cr3). For the others, and
for what is missing there, the preview's own EXIF counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import JpegImagePlugin

from photosearch.errors import UnsupportedImage
from photosearch.images.heif import boxes
from photosearch.images.metadata.exif import (
    ORIENTATION,
    ORIENTATION_KEY,
    ExifTags,
    int_value,
    read_tags,
)
from photosearch.images.tiff import all_pages

LEAST_SIDE = 320  # pixels, the longer one: a smaller preview would be found by chance
_MOST_JPEGS, _MOST_SEGMENTS = 4096, 200  # beginnings looked at, and segments of each
_DNG_VERSION = 0xC612
_SENSOR = frozenset((32803, 34892))  # colour filter array, linear RAW (DNG 1.7, ch. 4)
_MAGIC = (
    b"FUJIFILMCCD-RAW",
    b"FOVb",  # Sigma
    b"II\x1a\0\0\0HEAPCCDR",  # Canon's first
    b"\0MRM",  # Minolta
    b"\0\0\0\x18ftypcrx ",  # Canon's third
)
_AS_TIFF = {  # TIFF under another magic -> as TIFF
    b"IIRO": b"II*\0",  # Olympus
    b"IIRS": b"II*\0",
    b"MMOR": b"MM\0*",
    b"IIU\0": b"II*\0",  # Panasonic, Leica
}
_PHASE_ONE = (b"CwaR", b"RawC")  # and Leaf
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")  # the UUID of its box inside moov
_CMT = {b"CMT1": "main", b"CMT2": "exif", b"CMT4": "gps"}


class Preview(JpegImagePlugin.JpegImageFile):
    """The preview of a RAW file, opened by Pillow."""

    format = "RAW"  # so nobody takes the preview's metadata for the file's

    def _read_dpi_from_exif(self) -> None:
        pass  # it warns when that is broken


def sniff_raw(head: bytes) -> bool:
    """Whether the first bytes are those of a RAW format with a signature other than TIFF's."""
    return head.startswith(_MAGIC) or head[:4] in _AS_TIFF or head[4:12] == b"ftypcrx "


def is_raw_tiff(data: bytes) -> bool:
    """Whether a TIFF file holds sensor data, as DNG, NEF, CR2, ARW and others do."""
    if data[8:10] == b"CR" or data[12:16] in _PHASE_ONE or _DNG_VERSION in read_tags(data).main:
        return True
    return any(page.photometric in _SENSOR for page in all_pages(data))


def open_raw(data: bytes) -> Preview:
    """Opens the largest preview. Raises UnsupportedImage if there is none of a useful size."""
    found = max(_jpegs(data), key=lambda jpeg: jpeg.width * jpeg.height, default=None)
    if found is None:
        raise UnsupportedImage("RAW: got no preview, expected one inside: export it as JPEG")
    if max(found.width, found.height) < LEAST_SIDE:
        raise UnsupportedImage(
            f"RAW: got a preview of {found.width} x {found.height} pixels,"
            f" expected {LEAST_SIDE} at least: export it as JPEG"
        )
    image = Preview(io.BytesIO(data[found.start :]))
    turn = int_value(raw_tags(data, image).main.get(ORIENTATION))
    is_upright = turn is None or _is_turned_already(data, found, turn)
    image.info[ORIENTATION_KEY] = 1 if is_upright else turn
    return image


def raw_tags(data: bytes, preview: Preview) -> ExifTags:
    """Reads the tags of the file's own directories; what they lack comes from the preview."""
    block = preview.info.get("exif")
    inner = read_tags(block) if isinstance(block, bytes) else ExifTags()
    own = _own_tags(data)
    return ExifTags(
        {**inner.main, **own.main}, {**inner.exif, **own.exif}, {**inner.gps, **own.gps}
    )


def _own_tags(data: bytes) -> ExifTags:
    if data[4:12] == b"ftypcrx ":
        return _canon_tags(data)
    magic = _AS_TIFF.get(data[:4])
    return read_tags(data if magic is None else magic + data[4:])


def _canon_tags(data: bytes) -> ExifTags:
    """CR3: one box for each directory, each as a TIFF file of its own."""
    found = {}
    for moov in boxes(data):
        for own in boxes(data, moov.start, moov.end) if moov.kind == b"moov" else ():
            if own.kind == b"uuid" and data[own.start : own.start + 16] == _CANON:
                for box in boxes(data, own.start + 16, own.end):
                    if box.kind in _CMT:
                        found[_CMT[box.kind]] = read_tags(data[box.start : box.end]).main
    return ExifTags(**found)


@dataclass(frozen=True, slots=True)
class _Jpeg:
    start: int  # in bytes from the beginning of the file
    width: int
    height: int


def _is_turned_already(data: bytes, preview: _Jpeg, turn: int) -> bool:
    """Whether the preview is upright already: portrait while the sensor's picture is landscape."""
    pages = [page for page in all_pages(data) if page.photometric in _SENSOR]
    largest = max(pages, key=lambda page: page.width * page.height, default=None)
    if largest is None or turn < 5:
        return False
    return (largest.width > largest.height) and (preview.width < preview.height)


def _jpegs(data: bytes) -> Iterator[_Jpeg]:
    at = -1
    for _ in range(_MOST_JPEGS):
        at = data.find(b"\xff\xd8\xff", at + 1)
        if at < 0:
            return
        size = _jpeg_size(data, at + 2)
        if size is not None:
            yield _Jpeg(at, *size)


def _jpeg_size(data: bytes, at: int) -> tuple[int, int] | None:
    """Width and height of a JPEG of three colours whose first segment is there (T.81, B.2.2)."""
    for _ in range(_MOST_SEGMENTS):
        if at + 10 > len(data) or data[at] != 0xFF:
            return None
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = (int.from_bytes(data[at + i : at + i + 2], "big") for i in (5, 7))
            return (width, height) if data[at + 4] == 8 and data[at + 9] == 3 else None
        if marker < 0xC4 or marker in (0xD8, 0xD9, 0xDA) or length < 2:
            return None
        at += 2 + length
    return None
