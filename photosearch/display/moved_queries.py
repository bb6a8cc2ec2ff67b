"""Queries that moved most, as a page shows them: what each system put first, pictures inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from photosearch.display.hits import encoded, printable, thumbnail
from photosearch.evaluate.moved import FIRST, Evidence, Moved, Movers, Pair
from photosearch.progress import Listener, counting, silent
from photosearch.shorten import shorten_middle

SIDE = 160  # pixels, the longer side of a picture
_NAME = 36  # letters of an item without a picture
_RIGHT = 3  # right items that are shown


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG in base64; sides in pixels."""

    data: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One item that was found, or is right."""

    name: str
    short: str
    is_right: bool
    has_file: bool
    picture: Picture | None  # None if it cannot be read now, too


@dataclass(frozen=True, slots=True)
class Found:
    """What one system found for one query."""

    letter: str  # of the system: A or B
    rank: str  # of the first right item
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class ShownQuery:
    """One query, as the template shows it."""

    words: str
    name: str
    points: str
    right: tuple[Tile, ...]
    more_right: int  # that are not shown
    found: tuple[Found, Found]


Tiler = Callable[[str, bool], Tile]


def shown_queries(
    movers: Mapping[Pair, Movers], evidence: Evidence, *, progress: Listener = silent
) -> dict[Pair, dict[str, list[ShownQuery]]]:
    """Of each pair the queries that A answers better and those that B does, by these letters."""
    total = sum(len(each.for_a) + len(each.for_b) for each in movers.values())
    tell = counting(progress, "pictures", total)
    tile, shown = _tiler(evidence), {}
    for pair, each in movers.items():
        shown[pair] = {"A": list[ShownQuery](), "B": list[ShownQuery]()}
        for letter, queries in (("A", each.for_a), ("B", each.for_b)):
            for moved in queries:
                shown[pair][letter].append(_query(moved, pair, evidence, tile))
                tell(1)
    return shown


def _query(moved: Moved, pair: Pair, evidence: Evidence, tile: Tiler) -> ShownQuery:
    grades = evidence.right.get(moved.query, {})
    right = sorted((name for name in grades if grades[name] >= 1), key=lambda n: (-grades[n], n))
    words = evidence.words.get(moved.query)
    a, b = (
        _found(letter, rank, evidence.runs[system].get(moved.query, {}), set(right), tile)
        for letter, system, rank in zip("AB", pair, (moved.rank_a, moved.rank_b), strict=True)
    )
    return ShownQuery(
        words=printable(moved.query if words is None else words),
        name="" if words is None else printable(moved.query),
        points=f"{100 * moved.difference:+.1f}",
        right=tuple(tile(name, True) for name in right[:_RIGHT]),
        more_right=len(right[_RIGHT:]),
        found=(a, b),
    )


def _found(
    letter: str, rank: float, found: Mapping[str, float], right: set[str], tile: Tiler
) -> Found:
    """Of items with one score the greater name comes first, as in a run."""
    best = sorted(found, key=lambda name: (found[name], name), reverse=True)[:FIRST]
    return Found(letter, _rank(rank), tuple(tile(name, name in right) for name in best))


def _rank(rank: float) -> str:
    if np.isinf(rank):
        return "not found"
    return f"rank {rank:,.0f}" if rank == round(rank) else f"rank {rank:,.1f}, tied"


def _tiler(evidence: Evidence) -> Tiler:
    """Makes tiles; each picture is read once."""

    @cache
    def picture(name: str) -> Picture | None:
        file = evidence.files.get(name)
        return None if file is None else _picture(file)

    def tile(name: str, is_right: bool) -> Tile:
        told = printable(name)
        short = shorten_middle(told, _NAME)
        return Tile(told, short, is_right, name in evidence.files, picture(name))

    return tile


def _picture(file: Path) -> Picture | None:
    image = thumbnail(file, side=SIDE)
    if image is None:
        return None
    return Picture(b64encode(encoded(image, "JPEG")).decode(), *image.size)
