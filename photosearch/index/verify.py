"""Checks an index, and repairs it without embedding a photo again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from photosearch.errors import CatalogDamaged, IndexDamaged, IndexLocked, StorageError
from photosearch.index.catalog import Catalog
from photosearch.index.directory import prepare_directory, writer_lock
from photosearch.index.migrations import GENERATION, forget_history, missing_tables
from photosearch.index.nearest import Ids, faiss_module
from photosearch.index.recover import recover_catalog
from photosearch.index.rows import Space, read_space
from photosearch.index.searchable_vectors import VectorStore
from photosearch.index.texts.full_text import check_words, make_words
from photosearch.index.texts.text_rows import count_faults, fill_texts
from photosearch.index.vector_file import FILE_NAME, Vectors, load_vectors

LOST = "its embedding was lost: index again"
_INDEXED = "SELECT id FROM photos WHERE status = 'indexed'"
_LOST = """status = 'indexed' AND content_hash NOT IN (
    SELECT content_hash FROM embeddings WHERE length(vector) = 2 * ? AND space = ?)"""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found. After a repair, `problems` are those that were repaired.

    `notes` are no damage: a `vectors.faiss` that is too far behind the catalog to be brought up to
    date is renewed by the next search or repair.
    """

    photos: int  # rows of the catalog that can be read
    vectors: int  # embeddings that can be searched
    problems: tuple[str, ...]
    repaired: bool = False
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, or everything was repaired."""
        return self.repaired or not self.problems


def verify_index(directory: Path, *, repair: bool = False) -> VerifyReport:
    """Checks the catalog, the vectors and that they agree. Works on an index that does not open.

    With `repair`, a damaged catalog is replaced by all of it that can be read (the damaged file
    is kept beside it), photos without a usable embedding become pending, and `vectors.faiss` is
    made again. Raises IndexMissing, IndexTooNew, IndexLocked (repair only) or StorageError.
    """
    path = prepare_directory(directory, create=False, kind="SQ8")
    if not repair:
        return _report(path)
    with writer_lock(directory):
        try:
            report = _check(path)
        except CatalogDamaged as error:
            report = _unreadable(error)
            recover_catalog(path)
        if report.problems or report.notes:
            try:
                _repair(path)
            except CatalogDamaged:  # beyond what makes the full-text index again
                recover_catalog(path)
                _repair(path)
        after = _report(path)
        if after.problems:
            raise IndexDamaged(f"{directory} could not be repaired: {'; '.join(after.problems)}")
    return VerifyReport(after.photos, after.vectors, report.problems, bool(report.problems))


def _report(path: Path) -> VerifyReport:
    try:
        return _check(path)
    except CatalogDamaged as error:
        return _unreadable(error)


def _unreadable(error: CatalogDamaged) -> VerifyReport:
    return VerifyReport(0, 0, (str(error),))


def _check(path: Path) -> VerifyReport:
    """Raises CatalogDamaged; all other damage is in the report."""
    catalog = Catalog(path)
    try:
        report = _check_open(catalog)
        problems = (*report.problems, *_check_texts(catalog))
        return replace(report, problems=problems)
    finally:
        catalog.close()


def _check_open(catalog: Catalog) -> VerifyReport:
    with catalog.reading() as db:
        faults = [row[0] for row in db.execute("PRAGMA integrity_check(3)")]
        if faults != ["ok"]:
            raise CatalogDamaged(f"{catalog.path} is damaged: {'; '.join(faults)}")
        if names := missing_tables(db):
            raise CatalogDamaged(f"{catalog.path} is damaged: {', '.join(names)} not as expected")
        photos, indexed = db.execute(
            "SELECT count(*), count(*) FILTER (WHERE status = 'indexed') FROM photos"
        ).fetchone()
        space = read_space(catalog)
        lost = _lost(catalog, space)
        problems = [f"{lost} photos have no usable embedding"] if lost else []
        if early := _from_the_future(catalog):
            problems.append(f"{early} changes are of a generation that is still to come")
        notes: list[str] = []
        if space is not None and indexed:
            _check_vectors(catalog, space, problems, notes)
    return VerifyReport(photos, indexed - lost, tuple(problems), notes=tuple(notes))


def _check_texts(catalog: Catalog) -> Iterator[str]:
    """What is wrong with the texts of photos, and with the index of their words."""
    with catalog.errors():
        if faults := count_faults(catalog.db):
            yield f"{faults} photos have no row of texts, or one too many"
        if not catalog.has_words():
            return
    # where nothing can be written now, the words cannot be compared with the texts
    with suppress(IndexLocked, StorageError):
        try:
            with catalog.writing() as db:
                check_words(db)
        except CatalogDamaged:
            yield "the full-text index is not of the texts of the photos"


def _lost(catalog: Catalog, space: Space | None) -> int:
    values = (space.dim, space.id) if space else (0, 0)
    query = f"SELECT count(*) FROM photos WHERE {_LOST}"
    return int(catalog.db.execute(query, values).fetchone()[0])


def _from_the_future(catalog: Catalog) -> int:
    query = f"""SELECT (SELECT count(*) FROM photos WHERE since > {GENERATION})
        + (SELECT count(*) FROM tombstones WHERE generation > {GENERATION})
        + (SELECT count(*) FROM meta WHERE key = 'compacted' AND value > {GENERATION})"""
    return int(catalog.db.execute(query).fetchone()[0])


def _check_vectors(catalog: Catalog, space: Space, problems: list[str], notes: list[str]) -> None:
    path = catalog.path.with_name(FILE_NAME)
    try:
        found = load_vectors(path, generations=catalog.history, dim=space.dim)
    except IndexDamaged as error:
        problems.append(str(error))
        return
    if found is None:
        notes.append(f"{path} cannot be brought up to date: the next search renews it")
    elif not np.array_equal(_searchable(catalog, found), _ids(catalog, _INDEXED)):
        problems.append(f"{path} holds other photos than the catalog")


def _searchable(catalog: Catalog, base: Vectors) -> Ids:
    """The ids that a search would find: the base without tombstones, and added ones; ascending."""
    held = faiss_module().vector_to_array(base.index.id_map)
    gone = _ids(catalog, "SELECT id FROM tombstones WHERE generation > ?", base.generation)
    added = _ids(catalog, f"{_INDEXED} AND since > ?", base.generation)
    return np.sort(np.concatenate([held[~np.isin(held, gone)], added]))


def _ids(catalog: Catalog, query: str, *values: int) -> Ids:
    ids = np.fromiter((row[0] for row in catalog.db.execute(query, values)), np.int64)
    return np.sort(ids)


def _repair(path: Path) -> None:
    """Makes the catalog consistent, and vectors.faiss anew from it."""
    catalog = Catalog(path)
    try:
        space = read_space(catalog)
        values = (space.dim, space.id) if space else (0, 0)
        with catalog.writing() as db:
            forget_history(db)
            if catalog.has_words():  # before texts change, which needs what they were
                make_words(db)
            pending = f"UPDATE photos SET status = 'pending', reason = ? WHERE {_LOST}"
            db.execute(pending, (LOST, *values))
            db.execute("DELETE FROM embeddings WHERE length(vector) != 2 * ? OR space != ?", values)
            fill_texts(db)
        path.with_name(FILE_NAME).unlink(missing_ok=True)
        # embeddings whose photos were lost wait for them to be found again
        VectorStore(path.parent, catalog).publish(space)
    finally:
        catalog.close()
