"""What a photo library says of the places and times that a query may mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, NamedTuple, Self

from photosearch.query.gazetteer import GazetteerPlace

CELL_DEG: Final = 0.1  # side of a cell in which photos are counted
_EARTH_RADIUS_KM: Final = 6371.0088  # IUGG mean radius
_CELL_KM: Final = 8.0  # from the middle of a cell to its corner, at most


class Cell(NamedTuple):
    """Photos that were taken close to each other."""

    latitude: float  # degrees, of its middle
    longitude: float  # degrees, of its middle
    photos: int


class Library:
    """Where and when the photos of a library were taken, as far as they say.

    Each is asked for when a query first needs it: most name neither a place nor a season.
    """

    def __init__(
        self, cells: Callable[[], Sequence[Cell]], is_dated: Callable[[], bool] = lambda: True
    ) -> None:
        """`is_dated` says whether half of the photos have a date, at least."""
        self._cells, self._is_dated = cells, is_dated

    @classmethod
    def of(cls, cells: Sequence[Cell], *, is_dated: bool = True) -> Self:
        """That of which everything is known."""
        return cls(lambda: cells, lambda: is_dated)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Where photos were taken."""
        return tuple(self._cells())

    @cached_property
    def is_dated(self) -> bool:
        """Whether half of the photos have a date, at least: a time would hide the others."""
        return self._is_dated()

    @property
    def is_southern(self) -> bool:
        """Whether most photos were taken in the south."""
        south = sum(cell.photos for cell in self.cells if cell.latitude < 0)
        return 2 * south > sum(cell.photos for cell in self.cells)

    @property
    def home(self) -> Cell | None:
        """The cell with most photos; of two with as many, the one further south, then west."""
        return max(
            self.cells,
            key=lambda cell: (cell.photos, -cell.latitude, -cell.longitude),
            default=None,
        )

    def photos_in(self, place: GazetteerPlace) -> int:
        """How many photos were taken in the circle of a place, about."""
        return sum(cell.photos for cell in self.cells if _is_inside(cell, place))


def _is_inside(cell: Cell, place: GazetteerPlace) -> bool:
    here = place.latitude, place.longitude
    return distance_km(here, (cell.latitude, cell.longitude)) <= place.radius_km + _CELL_KM


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance of two points (latitude, longitude in degrees), by the haversine
    formula (Sinnott, Sky and Telescope 68, 1984)."""
    north, east = math.radians(there[0] - here[0]), math.radians(there[1] - here[1])
    width = math.cos(math.radians(here[0])) * math.cos(math.radians(there[0]))
    half = math.sin(north / 2) ** 2 + width * math.sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(min(half, 1.0)))
