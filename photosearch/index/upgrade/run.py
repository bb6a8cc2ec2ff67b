"""An upgrade: embeds the photos of an index again with another model, then takes its vectors over.

The former vectors stay until there is a new one for every photo, so a run may be stopped at any
moment, and the next one goes on where it was. Then the new ones take their place in one
transaction; ids, metadata and exclusions are as they were.

Only what the catalog has as searchable is embedded, from any of the files that hold its bytes.
Photos whose files cannot be read now are not let go of unless that is allowed, and then they are
pending under their ids. A file with other bytes than it had is indexed as it is now, at the end.

Shape legend: n photos to embed, S side of the model's input in pixels.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from photosearch.encoder import Encoder
from photosearch.errors import MassRemoval
from photosearch.index import pipeline
from photosearch.index.catalog import Catalog
from photosearch.index.catalog_batch import embed_contents
from photosearch.index.paths import gone, to_path
from photosearch.index.prefetch import Content, Outcome, ReadTask, read_ahead
from photosearch.index.rows import Space, encoder_space, read_pending, read_space, read_status
from photosearch.index.upgrade.staging import AGAIN, Left, Staging, discard, staging
from photosearch.progress import Listener, Progress
from photosearch.types import IndexReport, Skipped, UpgradeReport

NOTE = "embedding anew"
_NAMED = 3  # photos in a message
_NOT_THERE = "its file could not be read when the model changed: index again"


@dataclass(slots=True)
class _Done:
    """What a run did so far."""

    embedded: int = 0
    resumed: int = 0
    pending: list[Skipped] = field(default_factory=list)
    reread: IndexReport = field(default_factory=IndexReport)


def upgrade_index(
    catalog: Catalog, encoder: Encoder, *, listener: Listener, allow_removal: bool
) -> UpgradeReport:
    """Gives an index vectors of the encoder's space. Call under the writer lock.

    Raises MassRemoval, with the index as it was, if photos cannot be read now and `allow_removal`
    is false; StorageError. After KeyboardInterrupt the report says `interrupted`.
    """
    started, former, done = time.monotonic(), read_space(catalog), _Done()
    interrupted = False
    try:
        if former is not None and former.space != encoder.space:
            _replace_vectors(catalog, encoder, done, listener, allow_removal=allow_removal)
        discard(catalog)
        done.reread = _read_changed(catalog, encoder, listener)
        interrupted = done.reread.interrupted
    except KeyboardInterrupt:
        interrupted = True
    return _report(catalog, former, done, seconds=time.monotonic() - started, stopped=interrupted)


def _replace_vectors(
    catalog: Catalog, encoder: Encoder, done: _Done, listener: Listener, *, allow_removal: bool
) -> None:
    wanted = encoder_space(encoder)
    with staging(catalog, wanted) as staged:
        if not allow_removal:
            _check_reachable(staged)
        run = _Embedding(encoder, staged, done, listener)
        run.embed()
        lost, changed = run.remaining()
        if lost and not allow_removal:
            raise _refusal(list(lost.values()), staged.counts()[1])
        pending = dict.fromkeys(lost, _NOT_THERE)
        staged.switch(wanted, pending=pending, changed=changed)
        done.pending += lost.values()


def _read_changed(catalog: Catalog, encoder: Encoder, listener: Listener) -> IndexReport:
    """Indexes the photos that had other content than before, in this run or one that was killed."""
    paths, space = read_pending(catalog, AGAIN), read_space(catalog)
    if not paths or space is None:
        return IndexReport()
    run = pipeline.IndexingRun(catalog, encoder, space=space.id)
    return run.run_to_end(paths, listener=listener, allow_removal=False)


def _check_reachable(staged: Staging) -> None:
    """Raises MassRemoval before any work, if it would come to that after all of it."""
    lost = [
        Skipped(to_path(photo.source), reason)
        for photo in staged.left()
        if (reason := _unreachable(photo.source)) is not None
        and all(_unreachable(other) for other in staged.copies(photo.content_hash))
    ]
    if lost:
        raise _refusal(lost, staged.counts()[1])


def _unreachable(source: str | bytes) -> str | None:
    try:
        to_path(source).stat()
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _refusal(lost: list[Skipped], total: int) -> MassRemoval:
    names = ", ".join(f"{each.path} ({each.reason})" for each in lost[:_NAMED])
    more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
    return MassRemoval(
        f"{len(lost):,} of {total:,} photos cannot be read now: {names}{more}. Is a disk not "
        "mounted? The index is as it was, and what is embedded anew is kept for the next run. To "
        "leave them out of searches until an index of their folder reads them, allow the removal"
    )


class _Embedding:
    """Embeds what has no vector yet, and notes why a photo got none."""

    def __init__(self, encoder: Encoder, staged: Staging, done: _Done, listener: Listener) -> None:
        self._encoder, self._staged, self._done, self._listener = encoder, staged, done, listener
        done.resumed, self._total = staged.counts()
        self._lost: dict[int, Skipped] = {}  # by id: not readable now
        self._changed: set[int] = set()  # ids: other bytes, or no vector of these
        self._without_vector: set[str] = set()  # contents

    def embed(self) -> None:
        """One photo of each content; then, where that did not do, every other one."""
        self._tell()
        self._read(self._staged.left(first=True))
        self._read(photo for photo in self._staged.left() if self._is_untried(photo))

    def remaining(self) -> tuple[dict[int, Skipped], list[int]]:
        """The photos without a vector: those that could not be read, and those that changed."""
        left = [photo.id for photo in self._staged.left()]
        lost = {number: self._lost[number] for number in left if number in self._lost}
        return lost, [number for number in left if number not in lost]

    def _is_untried(self, photo: Left) -> bool:
        is_tried = photo.id in self._lost or photo.id in self._changed
        return not is_tried and photo.content_hash not in self._without_vector

    def _read(self, photos: Iterable[Left]) -> None:
        hashes: dict[int, str] = {}
        outcomes = read_ahead(_tasks(photos, hashes), self._encoder.image, ahead=pipeline.AHEAD)
        while batch := list(islice(outcomes, pipeline.BATCH)):
            self._put(batch, hashes)
            self._tell()

    def _put(self, batch: list[Outcome], hashes: dict[int, str]) -> None:
        pixels = {}  # [S, S, 3] each
        for outcome in batch:
            number, content_hash = outcome.task.id, hashes.pop(outcome.task.id)
            if isinstance(outcome, Content) and outcome.content_hash == content_hash:
                assert outcome.pixels is not None  # no candidates: it was decoded
                pixels[content_hash] = outcome.pixels
                self._changed.add(number)  # should there be no vector of it
            elif isinstance(outcome, Content) or not (outcome.passing or gone(outcome.task.path)):
                self._changed.add(number)
            else:
                self._lost[number] = Skipped(outcome.task.path, outcome.reason)
        vectors = embed_contents(self._encoder, pixels) if pixels else {}
        self._without_vector |= pixels.keys() - vectors.keys()
        self._staged.put(vectors)
        self._done.embedded += len(vectors)

    def _tell(self) -> None:
        done = self._done.resumed + self._done.embedded
        self._listener(Progress(done, self._total, NOTE))


def _tasks(photos: Iterable[Left], hashes: dict[int, str]) -> Iterator[ReadTask]:
    """Files to decode; `hashes` learns which content each one should have."""
    for photo in photos:
        hashes[photo.id] = photo.content_hash
        yield ReadTask(photo.id, to_path(photo.source), 0, 0, 0, 0, 0, frozenset())


def _report(
    catalog: Catalog, former: Space | None, done: _Done, *, seconds: float, stopped: bool
) -> UpgradeReport:
    now = read_status(catalog)
    return UpgradeReport(
        former_model=former.model if former else "",
        former_space=former.space if former else "",
        model=now.model,
        space=now.space,
        dim=now.dim,
        embedded=done.embedded,
        resumed=done.resumed,
        indexed=now.indexed,
        reread=done.reread.added + done.reread.updated + done.reread.copied + done.reread.moved,
        pending=tuple(done.pending),
        skipped=done.reread.skipped,
        seconds=seconds,
        interrupted=stopped,
    )
