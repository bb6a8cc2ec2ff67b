"""A run of indexing: find photos, read and embed what is new, commit, remove what is gone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from photosearch.encoder import Encoder
from photosearch.index.catalog import Catalog
from photosearch.index.catalog_batch import CatalogBatch
from photosearch.index.prefetch import read_ahead
from photosearch.index.prune import remove_vanished
from photosearch.index.rows import count_left_out
from photosearch.index.scan import Scan, note_skipped, read_tasks, scan
from photosearch.progress import Listener, Progress
from photosearch.types import IndexReport

BATCH = 32  # photos the model sees at once, and photos a killed run may lose
AHEAD = 2 * BATCH  # photos under way: 13 MB of pixels at 256 x 256


class IndexingRun:
    """One run of indexing. `report` tells what was committed, also after an interruption."""

    def __init__(self, catalog: Catalog, encoder: Encoder, *, space: int) -> None:
        self._catalog, self._encoder = catalog, encoder
        self._batches = CatalogBatch(catalog, encoder, space=space)
        self._scan = Scan(roots=[])
        self._removed = 0
        self._started = time.monotonic()

    def run(self, paths: Iterable[Path], *, listener: Listener, allow_removal: bool) -> None:
        """Raises MassRemoval after everything else is done, KeyboardInterrupt at any time."""
        self._scan = scan(self._catalog, paths, listener)
        self._read(listener)
        note_skipped(self._catalog, self._batches.skipped)
        self._removed = remove_vanished(
            self._catalog, self._scan, left=self._batches.left_folders, allowed=allow_removal
        )

    def run_to_end(
        self, paths: Iterable[Path], *, listener: Listener, allow_removal: bool
    ) -> IndexReport:
        """As `run`, and what was committed; Ctrl-C is an end too. Raises MassRemoval."""
        interrupted = False
        try:
            self.run(paths, listener=listener, allow_removal=allow_removal)
        except KeyboardInterrupt:
            interrupted = True
        return self.report(interrupted=interrupted)

    def _read(self, listener: Listener) -> None:
        done = 0
        outcomes = read_ahead(read_tasks(self._catalog), self._encoder.image, ahead=AHEAD)
        while batch := list(islice(outcomes, BATCH)):
            self._batches.commit(batch)
            done += len(batch)
            listener(Progress(done, self._scan.work, "indexing"))

    def report(self, *, interrupted: bool = False) -> IndexReport:
        """What was committed so far."""
        counts = self._batches.counts
        return IndexReport(
            added=counts["added"],
            updated=counts["updated"],
            moved=counts["moved"],
            copied=counts["copied"],
            unchanged=self._scan.unchanged + counts["unchanged"],
            removed=self._removed,
            skipped=(*self._scan.skipped, *self._batches.skipped),
            left_out=count_left_out(self._catalog, self._scan.roots),
            excluded_by=tuple(sorted(self._scan.excluded_by)),
            seconds=time.monotonic() - self._started,
            interrupted=interrupted,
        )
