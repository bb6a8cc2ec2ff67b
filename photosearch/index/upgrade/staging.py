"""`upgrade.sqlite`: vectors of the model to come, until there is one for every photo.

While it lies beside the catalog, the index is that of the former model in everything: searches,
other versions and Swift take no notice of it. It may be deleted at any time, and is made anew if
it is damaged or of yet another model.

| table | holds |
|-|-|
| model | space and width of the vectors |
| vectors | one row a content, as the catalog's embeddings |
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import storage_errors
from photosearch.errors import CatalogDamaged
from photosearch.index.catalog import Catalog, explain
from photosearch.index.catalog_batch import NO_VECTOR
from photosearch.index.directory import UPGRADE_NAME
from photosearch.index.migrations import forget_history
from photosearch.index.paths import Source
from photosearch.index.rows import Space, replace_space

AGAIN = "to be read again since the model has changed"
_SIDES = ("", "-wal", "-shm", "-journal")
_CHUNK = 500  # rows in memory
_TABLES = (
    "CREATE TABLE staged.model(space TEXT NOT NULL, dim INTEGER NOT NULL)",
    "CREATE TABLE staged.vectors(content_hash TEXT PRIMARY KEY, vector BLOB NOT NULL)",
)
_LEFT = """
SELECT id, source, content_hash FROM photos p WHERE status = 'indexed' AND id > ?
    AND content_hash NOT IN (SELECT content_hash FROM staged.vectors) {} ORDER BY id LIMIT ?"""
_FIRST = """AND id = (SELECT min(id) FROM photos q
    WHERE q.content_hash = p.content_hash AND q.status = 'indexed')"""
_IN_USE = "(SELECT content_hash FROM photos WHERE status = 'indexed')"


@dataclass(frozen=True, slots=True)
class Left:
    """A searchable photo whose content has no vector of the new model yet."""

    id: int
    source: Source
    content_hash: str


class Staging:
    """The vectors to come, on the catalog's own connection. See `staging`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def put(self, vectors: Mapping[str, bytes]) -> None:
        """Adds vectors by content hash, in one transaction."""
        with self._catalog.writing() as db:
            db.executemany("INSERT OR IGNORE INTO staged.vectors VALUES (?, ?)", vectors.items())

    def counts(self) -> tuple[int, int]:
        """How many contents of searchable photos have a vector already, and how many there are."""
        query = f"""SELECT count(*) FILTER (WHERE content_hash IN (
            SELECT content_hash FROM staged.vectors)), count(*) FROM (SELECT DISTINCT * FROM
            {_IN_USE})"""
        with self._catalog.errors():
            done, total = self._catalog.db.execute(query).fetchone()
        return int(done), int(total)

    def left(self, *, first: bool = False) -> Iterator[Left]:
        """Photos without a vector, in the order of ids; only the `first` of those with one content.

        Vectors that are put meanwhile count.
        """
        query, last = _LEFT.format(_FIRST if first else ""), 0
        while True:
            with self._catalog.errors():
                rows = self._catalog.db.execute(query, (last, _CHUNK)).fetchall()
            if not rows:
                return
            yield from (Left(*row) for row in rows)
            last = rows[-1][0]

    def copies(self, content_hash: str) -> list[Source]:
        """The names of all searchable photos with a content."""
        query = "SELECT source FROM photos WHERE content_hash = ? AND status = 'indexed'"
        with self._catalog.errors():
            return [row[0] for row in self._catalog.db.execute(query, (content_hash,))]

    def switch(self, wanted: Space, *, pending: Mapping[int, str], changed: Iterable[int]) -> None:
        """Makes the index one of the new model, in one transaction. It keeps all else.

        Photos without a vector must be among the `pending`, with a reason, which keep their id, or
        the `changed`, which get another one, as other content does; neither is searchable then.
        """
        with self._catalog.writing() as db:
            wait = "UPDATE photos SET status = 'pending', reason = ? WHERE id = ?"
            db.executemany(wait, [(reason, number) for number, reason in pending.items()])
            for number in changed:
                _replace(self._catalog, number)
            # photos that the former model could make nothing of
            retry = "UPDATE photos SET status = 'pending', reason = ? WHERE reason = ?"
            db.execute(retry, (AGAIN, NO_VECTOR))
            number = replace_space(self._catalog, wanted)
            db.execute("DELETE FROM embeddings")
            db.execute(
                "INSERT INTO embeddings SELECT content_hash, ?, vector FROM staged.vectors"
                f" WHERE content_hash IN {_IN_USE}",
                (number,),
            )
            forget_history(db)  # no vectors.faiss of the former model can be brought up to date


def _replace(catalog: Catalog, number: int) -> None:
    """Gives a photo with other content a new row, which is pending."""
    query = "SELECT source, size, mtime_ns, sidecars FROM photos WHERE id = ?"
    row = catalog.db.execute(query, (number,)).fetchone()
    catalog.delete_photos("id = ?", [number])
    catalog.db.execute(
        "INSERT INTO photos(source, size, mtime_ns, sidecars, status, reason)"
        " VALUES (?, ?, ?, ?, 'pending', ?)",
        (*row, AGAIN),
    )


@contextmanager
def staging(catalog: Catalog, wanted: Space) -> Iterator[Staging]:
    """What has been embedded by the wanted model so far. Call under the writer lock."""
    path = catalog.path.with_name(UPGRADE_NAME)
    with catalog.errors():
        try:
            if not _attach(catalog, wanted):
                _detach(catalog)
                discard(catalog)
                catalog.db.execute("ATTACH ? AS staged", (_uri(path),))
                _create(catalog, wanted)
            yield Staging(catalog)
        finally:
            _detach(catalog)


def discard(catalog: Catalog) -> None:
    """Deletes the file, once it has done its work."""
    path = catalog.path.with_name(UPGRADE_NAME)
    with storage_errors(path):
        for side in _SIDES:
            path.with_name(path.name + side).unlink(missing_ok=True)


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=rwc"


def _attach(catalog: Catalog, wanted: Space) -> bool:
    """Attaches the file; whether it is sound and of the wanted model."""
    path = catalog.path.with_name(UPGRADE_NAME)
    try:
        catalog.db.execute("ATTACH ? AS staged", (_uri(path),))
        if catalog.db.execute("PRAGMA staged.quick_check(1)").fetchall() != [("ok",)]:
            return False
        made = catalog.db.execute("SELECT space, dim FROM staged.model").fetchall()
        sizes = catalog.db.execute("SELECT DISTINCT length(vector) FROM staged.vectors").fetchall()
    except sqlite3.DatabaseError as error:
        if isinstance(explain(error, path), CatalogDamaged):
            return False
        raise
    return made == [(wanted.space, wanted.dim)] and set(sizes) <= {(2 * wanted.dim,)}


def _create(catalog: Catalog, wanted: Space) -> None:
    catalog.db.execute("PRAGMA staged.journal_mode=WAL")
    with catalog.writing() as db:
        for statement in _TABLES:
            db.execute(statement)
        db.execute("INSERT INTO staged.model VALUES (?, ?)", (wanted.space, wanted.dim))


def _detach(catalog: Catalog) -> None:
    attached = {row[1] for row in catalog.db.execute("PRAGMA database_list")}
    if "staged" in attached:
        catalog.db.execute("DETACH staged")
