"""The files of folders that look like a photo or film and were not taken, kept with their kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from photosearch.index.catalog import Catalog
from photosearch.index.records import Source, inside, to_path


def replace_left_out(
    catalog: Catalog,
    roots: Iterable[Path],
    files: Iterable[tuple[Source, str]],
    *,
    unseen: set[Path],
) -> None:
    """What a walk through the roots left out takes the place of what an earlier one did.

    What lies in places that could not be looked at stays. A file that has a row among the photos,
    as one taken before its kind was given up, is counted there.
    """
    with catalog.writing() as db:
        for root in roots:
            condition, values = inside(root)
            rows = db.execute(f"SELECT source FROM left_out WHERE {condition}", values).fetchall()
            seen = [row for row in rows if unseen.isdisjoint(_and_above(to_path(row[0])))]
            db.executemany("DELETE FROM left_out WHERE source = ?", seen)
        db.executemany("INSERT OR REPLACE INTO left_out VALUES (?, ?)", files)
        db.execute("DELETE FROM left_out WHERE source IN (SELECT source FROM photos)")


def count_left_out(catalog: Catalog, roots: Iterable[Path] | None = None) -> dict[str, int]:
    """Files by their kind, the most first: inside some folders, or all."""
    count: Counter[str] = Counter()
    if roots is None:
        count.update(dict(catalog.db.execute(_BY_KIND.format("1"))))
    for root in roots or ():
        condition, values = inside(root)
        count.update(dict(catalog.db.execute(_BY_KIND.format(condition), values)))
    return dict(sorted(count.items(), key=lambda item: (-item[1], item[0])))


_BY_KIND = "SELECT kind, count(*) FROM left_out WHERE {} GROUP BY kind"


def _and_above(path: Path) -> tuple[Path, ...]:
    return (path, *path.parents)
