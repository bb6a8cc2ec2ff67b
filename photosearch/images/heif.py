"""HEIF (HEIC) and AVIF files: recognised, decoded, and their boxes parsed.

One container, two codecs, each with its own decoder. ISO/IEC 14496-12 (ISO base media file format):
4.2 boxes, 8.11.3 `iloc`, 8.11.6 `infe`; ISO/IEC 23008-12 (HEIF). What reads boxes takes whatever
bytes come and reads no further than they go.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import AvifImagePlugin, ImageFile

from photosearch.images.metadata.exif import ORIENTATION, ORIENTATION_KEY

_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"avci", b"avcs")
)
_CONTAINER_BRANDS = frozenset((b"mif1", b"mif2", b"msf1", b"miaf"))  # of pictures of any codec

_HEADER_BYTES, _LONG_HEADER_BYTES = 8, 16
_MOST_BOXES = 4096  # at one level; cameras write a few
_MOST_PIECES = 64  # of one item that is read here
# A box of these that runs past the end is a picture with a piece missing; any other is something
# that was put behind a whole one: Samsung's trailer, a film of a motion photo, padding.
_NEEDED = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"moof"))


def sniff_heif(head: bytes) -> Literal["AVIF", "HEIF"] | None:
    """Tells AVIF from HEIF by the `ftyp` box; None for a file that is neither, such as a film.

    The codec of its pictures counts, as far as `head` shows it, then the major brand, then the
    compatible ones.
    """
    major, listed = head[8:12], brands(head)
    if major not in _AVIF_BRANDS | _HEIF_BRANDS | _CONTAINER_BRANDS:
        return None
    codecs = {kind for _, kind, _ in items(head)} & {b"av01", b"hvc1"}
    if len(codecs) == 1:
        return "AVIF" if b"av01" in codecs else "HEIF"
    if major in _CONTAINER_BRANDS:
        return "AVIF" if listed & _AVIF_BRANDS and not listed & _HEIF_BRANDS else "HEIF"
    return "AVIF" if major in _AVIF_BRANDS else "HEIF"


def open_heif(data: bytes) -> ImageFile.ImageFile:
    """Opens a HEIF file by libheif."""
    import pillow_heif  # 20 ms, so only when the first HEIF comes

    image: ImageFile.ImageFile = pillow_heif.HeifImageFile(io.BytesIO(_trimmed(data)))  # type: ignore[no-untyped-call]
    return image


def open_avif(data: bytes) -> ImageFile.ImageFile:
    """Opens an AVIF file by Pillow, which gives `irot` and `imir` as an EXIF orientation.

    The EXIF of the file is hidden from it: libavif refuses a picture whose EXIF is broken, and
    Pillow writes it anew. Its orientation does not count in this format (ISO/IEC 23000-22, 7.3.6).
    """
    data = _trimmed(data)
    hidden, exif = bytearray(data), b""
    for number, kind, at in items(data):
        if kind == b"Exif":
            hidden[at : at + 4] = b"none"
            exif = exif or item_bytes(data, number)
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(bytes(hidden)))
    image.info[ORIENTATION_KEY] = image.getexif().get(ORIENTATION, 1)
    image.info["exif"] = exif[4 + int.from_bytes(exif[:4], "big") :]  # behind its own offset
    return image


def _trimmed(data: bytes) -> bytes:
    """The data up to the end of the picture: what lies behind it confuses some decoders."""
    end = picture_end(data)
    return data[:end] if end < len(data) else data


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the ISO base media file format; offsets in bytes."""

    kind: bytes  # four characters
    start: int  # of its content, in bytes from the beginning of the file
    end: int  # just behind it; may lie beyond the data


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Parses the boxes from `start` on, side by side, up to the first that is invalid."""
    at, end = start, len(data) if end is None else min(end, len(data))
    for _ in range(_MOST_BOXES):
        if at + _HEADER_BYTES > end:
            return
        size, header = int.from_bytes(data[at : at + 4], "big"), _HEADER_BYTES
        kind = data[at + 4 : at + 8]
        if size == 1:  # a 64-bit size follows the type
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), _LONG_HEADER_BYTES
        elif size == 0 and kind in _NEEDED:  # to the end of the file
            size = end - at
        if size < header:  # zero padding, or nonsense
            return
        yield Box(kind, at + header, at + size)
        at += size


def brands(data: bytes) -> frozenset[bytes]:
    """The major brand and the compatible ones of the `ftyp` box."""
    first = next(boxes(data), None)
    if first is None or first.kind != b"ftyp":
        return frozenset()
    listed = data[first.start + 8 : first.end]
    names = [listed[at : at + 4] for at in range(0, len(listed) - 3, 4)]
    return frozenset((data[first.start : first.start + 4], *names))


def picture_end(data: bytes) -> int:
    """Where the picture's own boxes end: beyond the data if a piece of them is missing.

    A second `ftyp` begins another file, such as the film of a motion photo.
    """
    end = 0
    for box in boxes(data):
        if (box.kind == b"ftyp" and end) or (box.end > len(data) and box.kind not in _NEEDED):
            break
        end = box.end
    return max((end, *(piece.end for piece in _pieces(data))))


def items(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Every item of the file: its number, its kind (b"hvc1", b"av01", b"Exif" and the like) and
    where in the data that kind is written."""
    for table in _inside_meta(data, b"iinf"):
        skip = 6 if data[table.start : table.start + 1] == b"\0" else 8  # version, flags, count
        for entry in boxes(data, table.start + skip, table.end):
            if entry.kind == b"infe":
                wide = 4 if data[entry.start : entry.start + 1] == b"\3" else 2
                at = entry.start + 4 + wide + 2  # behind the number and the protection
                number = int.from_bytes(data[entry.start + 4 : entry.start + 4 + wide], "big")
                yield number, data[at : at + 4], at


def item_bytes(data: bytes, number: int) -> bytes:
    """The content of an item, if it lies in the file itself; else b""."""
    found = [piece for piece in _pieces(data) if piece.item == number]
    return b"".join(data[piece.start : piece.end] for piece in found[:_MOST_PIECES])


def _inside_meta(data: bytes, kind: bytes) -> Iterator[Box]:
    for meta in boxes(data):
        if meta.kind == b"meta":
            inner = boxes(data, meta.start + 4, meta.end)  # behind version and flags
            yield from (box for box in inner if box.kind == kind)
            return


@dataclass(frozen=True, slots=True)
class _Piece:
    item: int
    start: int  # in bytes from the beginning of the file
    end: int


def _pieces(data: bytes) -> Iterator[_Piece]:
    """The extents of items that `iloc` lists, those in the file itself."""
    for table in _inside_meta(data, b"iloc"):
        yield from _listed(_Reader(data, table.start, min(table.end, len(data))))


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int
    end: int

    def take(self, size: int) -> int:
        """The next number of that many bytes, big-endian; 0 for none."""
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")

    @property
    def is_over(self) -> bool:
        return self.at > self.end


def _listed(table: _Reader) -> Iterator[_Piece]:
    version, _ = table.take(1), table.take(3)
    sizes = table.take(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    for _ in range(table.take(wide)):
        item = table.take(wide)
        method = table.take(2) & 15 if version in (1, 2) else 0
        elsewhere = table.take(2) or method  # another file, or another item
        base = table.take(base_size)
        for _ in range(table.take(2)):
            table.take(index_size)
            start, length = base + table.take(offset_size), table.take(length_size)
            if table.is_over:
                return
            if not elsewhere:
                yield _Piece(item, start, start + length)
        if table.is_over:
            return
