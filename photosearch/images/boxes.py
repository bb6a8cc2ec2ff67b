"""The boxes of HEIF and AVIF files, as far as one must know them before a decoder does.

ISO/IEC 14496-12 (ISO base media file format): 4.2 boxes, 8.11.3 `iloc`, 8.11.6 `infe`; ISO/IEC
23008-12 (HEIF). Everything here takes whatever bytes come and reads no further than they go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_HEADER_BYTES, _LONG_HEADER_BYTES = 8, 16
_MOST_BOXES = 4096  # at one level; cameras write a few
_MOST_PIECES = 64  # of one item that is read here
# A box of these that runs past the end is a picture with a piece missing; any other is something
# that was put behind a whole one: Samsung's trailer, a film of a motion photo, padding.
_NEEDED = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"moof"))


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes  # four characters
    start: int  # of its content, in bytes from the beginning of the file
    end: int  # just behind it; may lie beyond the data
    header_bytes: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that lie side by side from `start` on, up to the first that cannot be one."""
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
        yield Box(kind, at + header, at + size, header)
        at += size


def brands(data: bytes) -> frozenset[bytes]:
    """What `ftyp` says that the file is, the major brand and the compatible ones."""
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
    """What an item holds, if it lies in the file itself; else b""."""
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
    """Where `iloc` says that the items are, those in the file itself."""
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
