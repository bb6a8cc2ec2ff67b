"""Files that were counted and not taken, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from photosearch.display.names import printable
from photosearch.images.suffixes import LIVE_PHOTO


def left_out_lines(kinds: Mapping[str, int]) -> Iterator[str]:
    """ "3 files of kinds that are not read: .PSD 2, .MOV 1", and the films of Live Photos."""
    live = {name: count for name, count in kinds.items() if name.startswith(LIVE_PHOTO)}
    others = {name: count for name, count in kinds.items() if name not in live}
    if others:
        yield f"{_files(others)} of kinds that are not read: {_listed(others)}"
    if live:
        yield f"films: {sum(live.values()):,} of Live Photos, the photo beside each is taken"


def _files(kinds: Mapping[str, int]) -> str:
    count = sum(kinds.values())
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _listed(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{printable(name)} {count:,}" for name, count in kinds.items())
