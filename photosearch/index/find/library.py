"""What a catalog says of the places and times of its photos, for the reading of queries."""

from __future__ import annotations

from photosearch.index.catalog import Catalog
from photosearch.query.library import CELL_DEG, Cell, Library

_PER_DEGREE = round(1 / CELL_DEG)
# floor is no function of every SQLite; round goes away from zero at halves, which are few
_CELLS = f"""SELECT round(latitude * {_PER_DEGREE} - 0.5), round(longitude * {_PER_DEGREE} - 0.5),
    count(*) FROM photos
    WHERE status = 'indexed' AND latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY 1, 2 ORDER BY 1, 2"""
_DATED = "SELECT 2 * count(taken_at) >= count(*) FROM photos WHERE status = 'indexed'"
_ANY = "SELECT EXISTS (SELECT 1 FROM photos WHERE status = 'indexed')"


def library_of(catalog: Catalog) -> Library | None:
    """The places and times of the indexed photos, read when first asked for; None of no photo."""
    if not _one(catalog, _ANY):
        return None
    return Library(lambda: _cells(catalog), lambda: _one(catalog, _DATED))


def _cells(catalog: Catalog) -> list[Cell]:
    """Where photos were taken, from south to north and west to east."""
    with catalog.errors():
        rows = catalog.db.execute(_CELLS).fetchall()
    return [
        Cell((south + 0.5) / _PER_DEGREE, (west + 0.5) / _PER_DEGREE, photos)
        for south, west, photos in rows
    ]


def _one(catalog: Catalog, query: str) -> bool:
    with catalog.errors():
        return bool(catalog.db.execute(query).fetchone()[0])
