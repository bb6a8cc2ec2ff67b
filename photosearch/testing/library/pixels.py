"""The pictures of a simulated library: from the files of a folder, or drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import product
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from photosearch.errors import ImageError, UsageError
from photosearch.images import find_photos, open_image
from photosearch.testing.drawing import SHAPES, draw_photo
from photosearch.testing.encoders import COLORS
from photosearch.testing.library.chance import Chance
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import SimulatedPhoto

if TYPE_CHECKING:
    from PIL.Image import Image

_PANORAMA = 2.5  # width to height
_SCREEN, _BAR = 16 / 9, 24  # height to width, height to that of the bar
_MARGIN = 0.04  # of a side, what a photo of a burst may lack at one edge
_BRIGHTER = 0.06


class _Reader(Protocol):
    def __call__(self, name: str) -> Image:
        """The picture of a source. Raises ImageError."""


def open_pixels(
    plan: LibraryPlan, folder: str | PathLike[str] | None, themes: Mapping[str, str]
) -> Pixels:
    """The pictures of a folder, or drawn ones. Raises UsageError if the folder has none."""
    if folder is None:
        pairs = ((a, b) for a, b in product(COLORS, COLORS) if a != b)
        drawn = [f"{a} {shape} on {b}" for a, b in pairs for shape in SHAPES]
        return Pixels(plan, drawn, themes, _draw(plan.side))
    home = Path(folder)
    if not home.is_dir():
        raise UsageError(f"pixels: got {str(folder)!r}, expected a folder of pictures")
    names = [_name(found.path, home) for found in find_photos([home]) if found.kind is None]
    if not names:
        raise UsageError(f"pixels: got {str(folder)!r} without a picture, expected some")
    if strange := sorted(themes.keys() - set(names)):
        raise UsageError(f"themes: got {strange[0]!r}, expected the path of a picture in {home}")
    return Pixels(plan, sorted(names), themes, lambda name: _read(home / name, plan.side))


class Pixels:
    """Gives each photo its picture; `unreadable` are the sources that were skipped."""

    def __init__(
        self, plan: LibraryPlan, names: Sequence[str], themes: Mapping[str, str], read: _Reader
    ) -> None:
        self.unreadable: set[str] = set()
        self._names, self._themes, self._read = names, themes, read
        self._chance = Chance(plan.seed, "pixels")
        self._bursts: dict[int, tuple[str, Image]] = {}
        self._refill()

    def picture(self, photo: SimulatedPhoto) -> tuple[str, Image]:
        """The name of a source, and the picture that is made of it.

        Raises UsageError once none of the sources can be read.
        """
        if photo.burst is None:
            source, image = self._next(photo.theme)
            return source, self._framed(photo, source, image)
        if photo.burst not in self._bursts:
            self._bursts[photo.burst] = self._next(photo.theme)
        source, image = self._bursts[photo.burst]
        return source, _varied(image, self._chance)

    def _framed(self, photo: SimulatedPhoto, source: str, image: Image) -> Image:
        if photo.media == "panorama":
            return _wide(image)
        is_one = self._themes.get(source) == "screenshot"
        return _on_screen(image) if photo.media == "screenshot" and not is_one else image

    def _next(self, theme: str) -> tuple[str, Image]:
        """A source that is not used yet: of the theme, or else of none, or else any."""
        while True:
            pools = (self._by_theme.get(theme, []), self._by_theme.get(None, []), self._all)
            source = next(filter(None, map(self._unused, pools)), None)
            if source is None:
                self._refill()
                continue
            self._used.add(source)
            try:
                return source, self._read(source)
            except ImageError:
                self.unreadable.add(source)

    def _unused(self, names: list[str]) -> str | None:
        while names:
            if (name := names.pop()) not in self._used:
                return name
        return None

    def _refill(self) -> None:
        """All sources but the unreadable ones, in a new order."""
        left = [name for name in self._names if name not in self.unreadable]
        if not left:
            raise UsageError(
                f"pixels: got {len(self._names)} files none of which can be read, expected pictures"
            )
        self._used: set[str] = set()
        self._all = self._chance.shuffled(left)
        self._by_theme: dict[str | None, list[str]] = {}
        for name in self._all:
            self._by_theme.setdefault(self._themes.get(name), []).append(name)


def _name(path: Path, home: Path) -> str:
    return Path(os.path.relpath(path, home)).as_posix()


def _draw(side: int) -> _Reader:
    return lambda name: draw_photo(name, width=side, height=side * 3 // 4)


def _read(path: Path, side: int) -> Image:
    from PIL.Image import Resampling

    image = open_image(path, target=side)
    image.thumbnail((side, side), Resampling.LANCZOS)
    return image


def _wide(image: Image) -> Image:
    """The middle, as wide as it is."""
    height = max(1, min(image.height, round(image.width / _PANORAMA)))
    top = (image.height - height) // 2
    return image.crop((0, top, image.width, top + height))


def _on_screen(image: Image) -> Image:
    """As a phone shows it: as wide as its screen, white above and below, a bar at the top."""
    from PIL.Image import new as new_image

    height = max(image.height, round(image.width * _SCREEN))
    screen = new_image("RGB", (image.width, height), "white")
    screen.paste("black", (0, 0, image.width, height // _BAR))
    screen.paste(image, (0, (height - image.height) // 2))
    screen.thumbnail((max(image.size),) * 2)
    return screen


def _varied(image: Image, chance: Chance) -> Image:
    """The same a moment later: a little off, a little brighter or darker, of the same size."""
    from PIL.ImageEnhance import Brightness

    left, top = (chance.uniform() * _MARGIN * side for side in image.size)
    box = (left, top, left + image.width * (1 - _MARGIN), top + image.height * (1 - _MARGIN))
    moved = image.resize(image.size, box=box)
    return Brightness(moved).enhance(1 + chance.spread(_BRIGHTER))
