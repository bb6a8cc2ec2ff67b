"""`PhotoIndex`: adds, finds and removes photos; the catalog and its vectors as one.

Shape legend: D embedding width.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from photosearch.encoder import Encoder
from photosearch.errors import MassRemoval
from photosearch.index import rows, vector_file
from photosearch.index.catalog import Catalog
from photosearch.index.directory import folder_bytes, prepare_directory, writer_lock
from photosearch.index.exclusions import exclude, include, read_exclusions
from photosearch.index.find.hits import Finder
from photosearch.index.find.searches import Searches
from photosearch.index.paths import PathLike, absolute, on_disk
from photosearch.index.prune import remove_photos
from photosearch.index.searchable_vectors import VectorStore
from photosearch.progress import Listener, silent
from photosearch.query.embed import QueryEmbedder
from photosearch.types import IndexReport, IndexStatus, Photo, TextReport, UpgradeReport

if TYPE_CHECKING:  # imported by the methods that use them: a search needs none
    from photosearch.index.verify import VerifyReport
    from photosearch.models.text_reader import TextReader


class PhotoIndex(Searches):
    """Many readers and one writer may hold an index open; threads may share a PhotoIndex.

    While one thread adds photos, searches of the same object wait; those of another one do not.
    """

    def __init__(self, directory: Path, catalog: Catalog, encoder: Encoder | None) -> None:
        """Use `PhotoIndex.open`."""
        self._directory, self._encoder = directory, encoder
        self._lock = RLock()
        self._queries = QueryEmbedder(lambda: self.encoder)
        self._attach(catalog)

    def _attach(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._vectors = VectorStore(self._directory, catalog)
        self._finder = Finder(catalog, self._vectors)
        self._known = None

    @classmethod
    def open(
        cls,
        directory: PathLike,
        encoder: Encoder | None = None,
        *,
        create: bool = True,
        kind: vector_file.Kind = "SQ8",
    ) -> Self:
        """Opens an index, or makes an empty one where there is none.

        `encoder=None` loads the model named in the index (the built-in one if it is new) when it
        is first needed. `kind` is how a new index stores its vectors: SQ8, SQfp16 or Flat.
        Raises IndexMissing (with create=False), WrongSpace, IndexTooNew, IndexDamaged,
        StorageError, or UsageError for a folder of other things.
        """
        place = absolute(directory)
        catalog = Catalog(prepare_directory(place, create=create, kind=kind))
        try:
            if encoder is not None:
                rows.check_space(rows.read_space(catalog), rows.encoder_space(encoder))
            return cls(place, catalog, encoder)
        except BaseException:
            catalog.close()
            raise

    @property
    def directory(self) -> Path:
        """The folder of the index."""
        return self._directory

    @property
    def encoder(self) -> Encoder:
        """The model of this index, loaded when first asked for."""
        if self._encoder is None:
            self._encoder = rows.load_encoder_of(rows.read_space(self._catalog))
        return self._encoder

    def add(
        self,
        paths: PathLike | Iterable[PathLike],
        *,
        progress: Listener | None = None,
        allow_removal: bool = False,
    ) -> IndexReport:
        """Indexes photos and folders of photos: reads only what is new or changed.

        Photos known inside these folders whose files are gone are removed. Ctrl-C stops it; what
        was committed stays, and the report says `interrupted`.
        Raises MassRemoval, after everything else is done, if more than a fifth of them are gone
        and `allow_removal` is false; IndexLocked, WrongSpace or StorageError.
        """
        from photosearch.index.pipeline import IndexingRun

        given = [paths] if isinstance(paths, str | os.PathLike) else paths
        found = [on_disk(absolute(path)) for path in given]
        with self._writing():
            space = rows.claim_space(self._catalog, rows.encoder_space(self.encoder))
            self._vectors.begin(space)
            run = IndexingRun(self._catalog, self.encoder, space=space.id)
            return run.run_to_end(found, listener=progress or silent, allow_removal=allow_removal)

    def recognise_text(
        self, reader: TextReader | None = None, *, progress: Listener | None = None
    ) -> TextReport:
        """Looks for text in the photos in which nobody has looked yet; searches then find it.

        `reader=None` loads the one of the extra `ocr`. Nothing is embedded. Ctrl-C stops it; what
        was read stays, and the report says `interrupted`.
        Raises MissingExtra, ModelError, IndexLocked or StorageError.
        """
        from photosearch.index.texts.recognise import TextRun
        from photosearch.models.text_reader import load_text_reader, require_text_reader

        if reader is None:
            require_text_reader()
        with self._writing():
            run = TextRun(self._catalog, lambda: reader or load_text_reader())
            return run.run_to_end(progress or silent)

    def upgrade(
        self,
        encoder: Encoder | None = None,
        *,
        progress: Listener | None = None,
        allow_removal: bool = False,
    ) -> UpgradeReport:
        """Embeds all photos with another model; ids, metadata and exclusions stay.

        `encoder=None` loads what now has the name of the index's model. Until all is done searches
        find what they did, and a run that was stopped, by Ctrl-C too, is gone on with.
        Raises MassRemoval, with the index as it was, if photos cannot be read now, unless
        `allow_removal`: then they are pending; IndexLocked or StorageError.
        """
        from photosearch.index.upgrade import upgrade_index

        with self._writing():
            new = encoder or rows.load_successor_of(rows.read_space(self._catalog))
            report = upgrade_index(
                self._catalog, new, listener=progress or silent, allow_removal=allow_removal
            )
            if report.space == new.space:
                self._encoder, self._queries = new, QueryEmbedder(lambda: self.encoder)
            return report

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """As the only writer; then vectors.faiss is of what was committed, unless that failed."""
        with self._lock, writer_lock(self._directory):
            try:
                yield
            except MassRemoval:  # everything else was done
                self._vectors.publish(rows.read_space(self._catalog))
                raise
            self._vectors.publish(rows.read_space(self._catalog))

    def remove(self, photos: int | PathLike | Sequence[int | PathLike]) -> int:
        """Forgets photos: ids, paths, or folders with all inside. Files are not touched.

        Returns how many. Raises UsageError, with nothing removed, if one is not in the index;
        IndexLocked or StorageError.
        """
        single = isinstance(photos, int | str | os.PathLike)
        with self._writing():
            return remove_photos(self._catalog, [photos] if single else photos)  # type: ignore[list-item, arg-type]

    def exclude(self, patterns: Iterable[str]) -> int:
        """Leaves out files and folders from now on, by patterns, see exclusions.py.

        Forgets the photos that match; returns how many. Raises UsageError, with nothing changed,
        for what is no pattern; IndexLocked or StorageError.
        """
        with self._writing():
            return exclude(self._catalog, patterns)

    def include(self, patterns: Iterable[str]) -> None:
        """Takes exclusions back; the next `add` finds what they left out.

        Raises UsageError, with nothing changed, if one is none; IndexLocked or StorageError.
        """
        with self._lock, writer_lock(self._directory):
            include(self._catalog, patterns)

    def export_embeddings(self, path: PathLike, *, progress: Listener | None = None) -> int:
        """Writes all indexed photos to one file, see embeddings/file_format.py; returns how many.
        Raises UsageError if nothing has been indexed yet, IndexDamaged or StorageError.
        """
        from photosearch.index.embeddings.writer import export_embeddings

        with self._lock:
            return export_embeddings(self._catalog, absolute(path), listener=progress or silent)

    def import_embeddings(self, path: PathLike, *, progress: Listener | None = None) -> int:
        """Adds the photos of such a file, none of which is looked at; returns how many.

        Those known under the same name with the same content stay as they are, so an import that
        was interrupted can be done again. Raises UsageError, with nothing added, for a file that
        is damaged or of another kind; WrongSpace, IndexLocked or StorageError.
        """
        from photosearch.index.embeddings.importer import EmbeddingsFile, import_photos

        file = EmbeddingsFile(absolute(path))
        with self._writing():
            if self._encoder is not None:
                given = rows.encoder_space(self._encoder)
                rows.check_space(given, file.space, remedy=rows.OTHER_FILE)
            space = rows.claim_space(self._catalog, file.space, remedy=rows.OTHER_FILE)
            self._vectors.begin(space)
            return import_photos(self._catalog, file, space=space.id, listener=progress or silent)

    def photos(self) -> Iterator[Photo]:
        """Every row of the catalog in the order of ids, whatever its status."""
        last = 0
        while True:
            with self._lock:
                found = rows.read_photos(self._catalog, last)
            if not found:
                return
            last = found[-1].id
            yield from found

    def status(self) -> IndexStatus:
        """How many photos are indexed, pending and failed, and why."""
        from photosearch.index.texts.text_rows import count_recognised

        with self._lock, self._catalog.reading():
            found = rows.read_status(self._catalog)
            found = replace(found, recognised=count_recognised(self._catalog))
            exclusions = read_exclusions(self._catalog)
        size = folder_bytes(self._directory)
        return replace(found, size_bytes=size, exclusions=exclusions)

    def verify(self, *, repair: bool = False) -> VerifyReport:
        """Checks every part; see `verify_index`, which also takes an index that does not open."""
        from photosearch.index.verify import verify_index

        with self._lock:
            try:
                return verify_index(self._directory, repair=repair)
            finally:
                if repair:  # the catalog may be another file now
                    self._catalog.close()
                    self._attach(Catalog(self._catalog.path))

    def close(self) -> None:
        """Closes the catalog; the object cannot be used any more."""
        with self._lock:
            self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
