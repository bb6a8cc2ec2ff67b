"""Embeddings straight from the pages of a damaged catalog, when the way to them is lost.

An embedding belongs to a content hash whatever else is lost, so one found on any page, even a
page no longer in use, is right. Photos are not read so: a removed one would come back.

Format: https://sqlite.org/fileformat2.html, sections 1.6 (b-tree pages), 2.1 (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from photosearch.index.migrations import PAGE_BYTES

Embedding: TypeAlias = tuple[str, int, bytes]  # content hash, space, vector

_TABLE_LEAF = 13  # the first byte of a page that holds rows
_POINTERS_AT = 8
_MOST_LOCAL = PAGE_BYTES - 35  # a larger row goes on elsewhere; that is a width over 1,900
_HASH_TYPE = 13 + 2 * 64  # serial type of a text of 64 bytes
_FIRST_BLOB_TYPE = 12
_SMALL_INTS = {1: 1, 8: 0, 9: 0}  # serial type -> bytes; 8 and 9 stand for the values 0 and 1


def embeddings_on_pages(path: Path) -> Iterator[Embedding]:
    """Every row of the table `embeddings` on an undamaged page, read a page at a time."""
    with path.open("rb") as stream:
        while len(page := stream.read(PAGE_BYTES)) == PAGE_BYTES:
            if page[0] == _TABLE_LEAF:
                yield from _rows(page)


def _rows(page: bytes) -> Iterator[Embedding]:
    (count,) = struct.unpack_from(">H", page, 3)
    if _POINTERS_AT + 2 * count > PAGE_BYTES:
        return
    for start in struct.unpack_from(f">{count}H", page, _POINTERS_AT):
        row = _row(page, start)
        if row is not None:
            yield row


def _row(page: bytes, start: int) -> Embedding | None:
    """The cell at an offset, if it is a text of 64 hex digits, a small integer and a blob."""
    try:
        size, at = _varint(page, start)
        _, at = _varint(page, at)  # the row number
        header, types_at = _varint(page, at)
        types = []
        while types_at < at + header:
            kind, types_at = _varint(page, types_at)
            types.append(kind)
    except IndexError:
        return None
    fits = size <= _MOST_LOCAL and at + size <= PAGE_BYTES
    if not fits or len(types) != 3 or types[0] != _HASH_TYPE or types[1] not in _SMALL_INTS:
        return None
    space_at = at + header + 64
    vector_at = space_at + _SMALL_INTS[types[1]]
    is_blob = types[2] >= _FIRST_BLOB_TYPE and types[2] % 2 == 0
    if not is_blob or vector_at + (types[2] - _FIRST_BLOB_TYPE) // 2 != at + size:
        return None
    name = page[at + header : space_at].decode("ascii", "replace")
    space = page[space_at] if types[1] == 1 else types[1] - 8
    return (name, space, page[vector_at : at + size]) if _is_hex(name) else None


def _is_hex(name: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in name)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, 7 bits each (all 8 of a ninth), and where the next one starts."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | page[place] & 0x7F
        if page[place] < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9
