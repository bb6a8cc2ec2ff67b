"""Embeds what was read and commits it, a batch a transaction: a killed run loses one at most.

Shape legend: n photos to embed, S side of the model's input in pixels, D embedding width.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.encoder import Bytes, Encoder
from photosearch.errors import ShapeError
from photosearch.index.catalog import Catalog
from photosearch.index.identity import entry_of
from photosearch.index.media_bits import STATE_BITS, media_of
from photosearch.index.migrations import GENERATION
from photosearch.index.paths import Source, gone, to_path, to_source
from photosearch.index.prefetch import Content, Failure, Outcome, read
from photosearch.index.rows import INFO_COLUMNS, INFO_VALUES, encode_vector, info_row
from photosearch.index.texts.text_rows import differ, insert_texts, read_recognised, renew_texts
from photosearch.types import PhotoTexts, Skipped

NO_VECTOR = "the model gave no finite vector for it"
_INSERT = f"""
INSERT INTO photos(
    id, source, size, mtime_ns, sidecars, status, content_hash, {INFO_COLUMNS}, since)
VALUES (?, ?, ?, ?, ?, 'indexed', ?, {INFO_VALUES}, {GENERATION})"""


class CatalogBatch:
    """Embeds and commits batches of outcomes, and counts what became of them."""

    def __init__(self, catalog: Catalog, encoder: Encoder, *, space: int) -> None:
        self._catalog, self._encoder, self._space = catalog, encoder, space
        self.counts: Counter[str] = Counter()  # added, updated, moved, copied, unchanged
        self.skipped: list[Skipped] = []
        self.left_folders: set[Path] = set()  # folders that moved photos came from

    def commit(self, batch: Sequence[Outcome]) -> None:
        """Embeds and commits one batch, in one transaction."""
        outcomes, vectors = self._embed([self._complete(outcome) for outcome in batch])
        counts: Counter[str] = Counter()
        skipped: list[Skipped] = []
        with self._catalog.writing() as db:
            rows = [(name, self._space, vector) for name, vector in vectors.items()]
            db.executemany("INSERT INTO embeddings VALUES (?, ?, ?)", rows)
            fresh, before = set(vectors), _contents(db, outcomes)
            for outcome in outcomes:
                if isinstance(outcome, Failure):
                    _store_failure(self._catalog, outcome)
                    skipped.append(Skipped(outcome.task.path, outcome.reason))
                else:
                    what = _store_content(self._catalog, outcome, self.left_folders)
                    first = outcome.content_hash in fresh  # not a copy, but what copies copy
                    fresh.discard(outcome.content_hash)
                    counts["added" if first and what == "copied" else what] += 1
            _note_looks(db, outcomes)
            self._catalog.forget(before)
        self.counts += counts
        self.skipped += skipped

    def _complete(self, outcome: Outcome) -> Outcome:
        """Decodes what was only hashed, if the photo that it copies has changed since."""
        if not isinstance(outcome, Content) or outcome.pixels is not None:
            return outcome
        if self._stored(outcome.content_hash):
            return self._with_states(outcome)
        task = replace(outcome.task, candidates=frozenset(), unchanged=None)
        return read(task, self._encoder.image)

    def _with_states(self, content: Content) -> Content:
        """What the pixels say, which were not decoded, from a photo that has the same."""
        query = "SELECT media FROM photos WHERE content_hash = ? AND status = 'indexed' LIMIT 1"
        with self._catalog.errors():
            row = self._catalog.db.execute(query, (content.content_hash,)).fetchone()
        media = content.info.media | media_of(row[0] & STATE_BITS if row else 0)
        return replace(content, info=replace(content.info, media=media))

    def _stored(self, content_hash: str) -> bool:
        query = "SELECT 1 FROM embeddings WHERE content_hash = ?"
        with self._catalog.errors():
            return self._catalog.db.execute(query, (content_hash,)).fetchone() is not None

    def _embed(self, batch: list[Outcome]) -> tuple[list[Outcome], dict[str, bytes]]:
        """Embeds each new content; those without a finite vector come back as failures."""
        new = {
            outcome.content_hash: outcome.pixels
            for outcome in batch
            if isinstance(outcome, Content)
            and outcome.pixels is not None
            and not self._stored(outcome.content_hash)
        }
        if not new:
            return batch, {}
        stored = embed_contents(self._encoder, new)
        bad = new.keys() - stored.keys()
        return [_without_vector(outcome, bad) for outcome in batch], stored


def embed_contents(encoder: Encoder, pixels: Mapping[str, Bytes]) -> dict[str, bytes]:
    """Vectors as the catalog stores them by content hash, of pixels [S, S, 3] by content hash.

    Those without a finite vector are missing. Raises ShapeError if the model breaks its word.
    """
    vectors = encoder.encode_pixels(np.stack(list(pixels.values())))  # [n, D]
    if vectors.shape != (len(pixels), encoder.dim):
        expected = (len(pixels), encoder.dim)
        raise ShapeError(f"{encoder.name}: got {vectors.shape}, expected {expected}")
    finite = np.asarray(np.isfinite(vectors).all(axis=1))  # [n]
    return {
        name: encode_vector(vector)
        for name, vector, good in zip(pixels, vectors, finite.tolist(), strict=True)
        if good
    }


def _note_looks(db: sqlite3.Connection, outcomes: list[Outcome]) -> None:
    """Stores ctime and inode as they were when found: the next run sees a change since then."""
    tasks = [
        outcome.task
        for outcome in outcomes
        if not (isinstance(outcome, Failure) and outcome.passing)
    ]
    looks = [(task.ctime_ns, task.inode, to_source(task.path)) for task in tasks]
    db.executemany("UPDATE photos SET ctime_ns = ?, inode = ? WHERE source = ?", looks)


def _contents(db: sqlite3.Connection, outcomes: list[Outcome]) -> list[str]:
    """The content hashes that these photos had so far."""
    ids = [outcome.task.id for outcome in outcomes]
    marks = ", ".join("?" * len(ids))
    query = f"SELECT content_hash FROM photos WHERE status = 'indexed' AND id IN ({marks})"
    return [row[0] for row in db.execute(query, ids)]


def _without_vector(outcome: Outcome, bad: set[str]) -> Outcome:
    if isinstance(outcome, Content) and outcome.content_hash in bad:
        return Failure(outcome.task, NO_VECTOR, passing=False)
    return outcome


def _store_content(catalog: Catalog, content: Content, left: set[Path]) -> str:
    """Stores the row of a file whose embedding is stored; returns what happened, as one word.
    If the photo moved, its former folder is added to `left`."""
    db, task = catalog.db, content.task
    query = "SELECT status, content_hash FROM photos WHERE id = ?"
    status, before = db.execute(query, (task.id,)).fetchone()
    stamp = (content.size_bytes, content.mtime_ns, task.sidecars)
    if status == "indexed" and before == content.content_hash:
        change = "UPDATE photos SET size = ?, mtime_ns = ?, sidecars = ? WHERE id = ?"
        db.execute(change, (*stamp, task.id))
        _renew_info(catalog, content)
        return "unchanged"
    catalog.next_generation()
    info = info_row(content.info)
    former = _former(db, content)
    if former is not None:
        number, path, what = former
        if what == "moved":
            left.add(path.parent)
        catalog.delete_photos("id = ?", [task.id])
        change = "source = ?, size = ?, mtime_ns = ?, sidecars = ?, "
        change += f"({INFO_COLUMNS}) = ({INFO_VALUES})"
        source = to_source(task.path)
        db.execute(f"UPDATE photos SET {change} WHERE id = ?", (source, *stamp, *info, number))
        renew_texts(db, number, source, content.texts)
        return what
    # other content needs another id
    other = task.id if status != "indexed" and before in (None, content.content_hash) else None
    recognised = read_recognised(db, content.content_hash)
    catalog.delete_photos("id = ?", [task.id])
    look = (to_source(task.path), stamp, content.content_hash, info)
    insert_indexed(db, *look, texts=content.texts, id=other, recognised=recognised)
    return "updated" if status == "indexed" else "copied"


def insert_indexed(
    db: sqlite3.Connection,
    source: Source,
    stamp: tuple[int, int, int],
    content_hash: str,
    info: tuple[Any, ...],
    *,
    texts: PhotoTexts | None = None,
    id: int | None = None,
    recognised: str | None = None,
) -> None:
    """Adds the rows of a photo whose embedding is stored; without `id` it gets the next one.

    `stamp` is its size in bytes, mtime_ns and sidecars; `info` holds values for INFO_COLUMNS. Texts
    are None if nobody has read them.
    """
    number = db.execute(_INSERT, (id, source, *stamp, content_hash, *info)).lastrowid
    assert number is not None
    insert_texts(db, number, source, texts, recognised=recognised)


def _renew_info(catalog: Catalog, content: Content) -> None:
    """Stores the metadata again: a sidecar may have changed, or a former version read less."""
    db, number, source = catalog.db, content.task.id, to_source(content.task.path)
    info = info_row(content.info)
    query = f"SELECT {INFO_COLUMNS} FROM photos WHERE id = ?"
    is_other = db.execute(query, (number,)).fetchone() != info
    if is_other or differ(db, number, source, content.texts):
        catalog.next_generation()
    if is_other:
        change = f"UPDATE photos SET ({INFO_COLUMNS}) = ({INFO_VALUES}) WHERE id = ?"
        db.execute(change, (*info, number))
    renew_texts(db, number, source, content.texts)


def _former(db: sqlite3.Connection, content: Content) -> tuple[int, Path, str] | None:
    """The id and path of a photo that is this file: by another name of it ("unchanged"), or with
    these bytes and no longer where it was ("moved")."""
    query = """SELECT id, source FROM photos
        WHERE content_hash = ? AND status = 'indexed' AND id != ? ORDER BY id"""
    rows = db.execute(query, (content.content_hash, content.task.id)).fetchall()
    entry = entry_of(content.task.path) if rows else None
    moved = None
    for number, source in rows:
        path = to_path(source)
        if entry is not None and entry == entry_of(path):
            return int(number), path, "unchanged"
        if moved is None and gone(path):
            moved = (int(number), path, "moved")
    return moved


def _store_failure(catalog: Catalog, failure: Failure) -> None:
    """Stores why a file was not read. It is read again when it changes, or always if pending."""
    db, task = catalog.db, failure.task
    query = "SELECT status FROM photos WHERE id = ?"
    indexed = db.execute(query, (task.id,)).fetchone()[0] == "indexed"
    if failure.passing and indexed:
        return  # its embedding stays until the new content can be read
    if indexed:
        catalog.next_generation()
    status = "pending" if failure.passing else "failed"
    catalog.delete_photos("id = ?", [task.id])
    db.execute(
        "INSERT INTO photos(id, source, size, mtime_ns, sidecars, status, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            None if indexed else task.id,
            to_source(task.path),
            task.size_bytes,
            task.mtime_ns,
            task.sidecars,
            status,
            failure.reason,
        ),
    )
