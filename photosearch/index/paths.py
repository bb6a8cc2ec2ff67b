"""Paths as the catalog stores them, and names that differ only in their Unicode spelling.

A path is kept as TEXT where it is UTF-8, otherwise as a BLOB of its bytes. `é` is one character or
two, and a disk keeps what it was given: Macs long stored names decomposed (NFD), keyboards type
them composed (NFC), and old keyboards something in between. All of them look alike and mean the
same file to the person who types them, so a path is looked for in every spelling that is
canonically equivalent (UAX #15). The catalog keeps the one of the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from photosearch.text import nfc, nfd

if TYPE_CHECKING:  # paths of the command line are read without SQLite
    from photosearch.index.catalog import Catalog

Source: TypeAlias = "str | bytes"
PathLike: TypeAlias = "str | os.PathLike[str]"

_SEPARATOR = os.sep.encode()
_LAST = "\U0010ffff"


def absolute(path: str | os.PathLike[str]) -> Path:
    """The absolute path, without resolving links: a photo keeps the name under which it was found.

    Only where `..` behind a link leads elsewhere than its name says is the link resolved.
    """
    plain = Path(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps "..")
    parts = Path(path).absolute().parts
    if ".." not in parts:
        return plain
    last = len(parts) - parts[::-1].index("..")
    head = os.path.join(*parts[:last])  # noqa: PTH118 (as it is typed)
    with suppress(OSError):  # what is not there leads nowhere
        if not os.path.samefile(head, os.path.abspath(head)):  # noqa: PTH100, PTH121
            return Path(os.path.realpath(head), *parts[last:])
    return plain


def to_source(path: Path) -> Source:
    """A path as the catalog stores it: TEXT if it is UTF-8, otherwise bytes.

    A Path holds what the locale makes of a name; the catalog, which other locales read too, does
    not. So names pass between the two as the bytes that the disk has.
    """
    return text_or_bytes(os.fsencode(path))


def to_path(source: Source) -> Path:
    """The path that a source of the catalog stands for."""
    return Path(os.fsdecode(source.encode() if isinstance(source, str) else source))


def text_or_bytes(name: bytes) -> Source:
    """A path's bytes as the catalog holds them: text where they are UTF-8."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name


def inside(folder: Path) -> tuple[str, list[Source]]:
    """An SQL condition on `source` and its values: everything inside a folder, at any depth.

    TEXT sorts by its UTF-8 bytes, so a prefix is a range; names that are not UTF-8 have their own.
    """
    separator = os.sep.encode()
    low = os.fsencode(folder).rstrip(separator) + separator
    high = low[:-1] + bytes([low[-1] + 1])
    blobs: list[Source] = [low, high]
    texts = [text_or_bytes(low), text_or_bytes(high)]
    if isinstance(texts[0], bytes):  # then so are the names of all that is inside
        return "(source >= ? AND source < ?)", blobs
    return "((source >= ? AND source < ?) OR (source >= ? AND source < ?))", texts + blobs


def at_or_inside(paths: list[Path]) -> tuple[str, list[Source]]:
    """An SQL condition on `source` and its values: these photos, and all that is inside them."""
    parts, values = [], []
    for path in paths:
        condition, some = inside(path)
        parts.append(f"{condition} OR source = ?")
        values += [*some, to_source(path)]
    return f"({' OR '.join(parts)})", values


def gone(path: Path) -> bool:
    """Whether certainly nothing is there: no permission or a bad disk is no proof."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def stored_spellings(catalog: Catalog, path: Path) -> list[Path]:
    """An absolute path as given, then in the other spellings that the catalog has."""
    found = [os.fsencode(path.anchor).rstrip(_SEPARATOR)]
    for part in map(os.fsencode, path.parts[1:]):
        found = [each for folder in found for each in _alike(catalog, folder + _SEPARATOR, part)]
    return [Path(os.fsdecode(name) or path.anchor) for name in found]


def on_disk(path: Path) -> Path:
    """An absolute path as the disk spells it, or as given if the disk has no such name."""
    if os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for part in path.parts[1:]:
        wanted = _composed(os.fsencode(part))
        if wanted is not None and not os.path.lexists(found / part):
            part = next(_listed(found, wanted), part)
        found /= part
    return found


def _listed(folder: Path, wanted: str) -> Iterator[str]:
    with suppress(OSError):
        names = sorted(entry.name for entry in folder.iterdir())
        yield from (name for name in names if _composed(os.fsencode(name)) == wanted)


def _alike(catalog: Catalog, parent: bytes, name: bytes) -> list[bytes]:
    """The name, and the entries of its folder that are canonically equivalent to it."""
    wanted = _composed(name)
    others = [] if wanted is None else _stored(catalog, parent, wanted)
    return [parent + each for each in dict.fromkeys((name, *others))]


def _composed(name: bytes) -> str | None:
    """What all spellings of a name have in common; None if there is only the one."""
    with suppress(UnicodeDecodeError):
        text = name.decode()
        if not text.isascii() and (composed := nfc(text)) != nfd(text):
            return composed
    return None


def _stored(catalog: Catalog, parent: bytes, wanted: str) -> Iterator[bytes]:
    """Entries of a folder of the catalog, found by leaping from name to name."""
    head = wanted[: next(i for i, letter in enumerate(wanted) if not letter.isascii())]
    low = parent + head.encode()
    with suppress(UnicodeDecodeError):  # then no name inside is TEXT
        yield from _leap(catalog, low.decode(), low.decode() + _LAST, parent, wanted)
    yield from _leap(catalog, low, low + b"\xff", parent, wanted)


def _leap(
    catalog: Catalog, low: Source, high: Source, parent: bytes, wanted: str
) -> Iterator[bytes]:
    while (found := catalog.first_source(low, high)) is not None:
        source = found.encode() if isinstance(found, str) else found
        name, separator, _ = source[len(parent) :].partition(_SEPARATOR)
        if _composed(name) == wanted:
            yield name
        after = parent + name + (bytes([_SEPARATOR[0] + 1]) if separator else b"\0")
        low = after.decode() if isinstance(low, str) else after
