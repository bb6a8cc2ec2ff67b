"""A run that looks for text in photos: all in which nobody has looked yet, a few a transaction.

It embeds nothing. Contents are looked at once, however many photos have them. A photo that cannot
be read, or is not what was indexed any more, stays for the next run.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from photosearch.encoder import Bytes
from photosearch.errors import ImageChanged
from photosearch.images.picture import load_picture
from photosearch.index.catalog import Catalog
from photosearch.index.paths import to_path
from photosearch.index.texts.text_rows import put_recognised, read_recognised
from photosearch.models.text_reader import MOST_PIXELS, MOST_SIDE, TextReader
from photosearch.progress import Listener, Progress
from photosearch.types import Skipped, TextReport

BATCH = 16  # contents that a killed run may lose
_AHEAD = 4  # pictures under way: 6 MB each
_WORKERS = 2  # decoding a photo takes a fraction of what reading its text does
_CHUNK = 500
_UNREAD = "FROM texts JOIN photos USING (id) WHERE recognised IS NULL AND status = 'indexed'"


@dataclass(frozen=True, slots=True)
class _Task:
    path: Path
    content_hash: str


class TextRun:
    """One run. `report` tells what was committed, also after an interruption."""

    def __init__(self, catalog: Catalog, load: Callable[[], TextReader]) -> None:
        """`load` is called if there is something to read."""
        self._catalog, self._load = catalog, load
        self._waiting: dict[str, str] = {}  # content -> text, to be committed
        self._read = self._without_text = 0
        self._skipped: list[Skipped] = []
        self._started = time.monotonic()

    def run_to_end(self, listener: Listener) -> TextReport:
        """Looks in every photo that is left; Ctrl-C is an end too.

        Raises as `load` does, and StorageError.
        """
        interrupted = False
        try:
            self._run(listener)
        except KeyboardInterrupt:
            interrupted = True
        self._commit()
        return self._report(interrupted=interrupted)

    def _run(self, listener: Listener) -> None:
        total = self._count()
        if not total:
            return
        reader = self._load()
        for task, picture in _pictures(self._tasks()):
            if task.content_hash in self._waiting or self._is_known(task):
                continue  # a copy of one that is done
            self._look(reader, task, picture)
            if len(self._waiting) >= BATCH:
                self._commit()
            done = self._read + len(self._waiting) + len(self._skipped)
            listener(Progress(min(done, total), total, "reading text"))
        self._commit()
        listener(Progress(total, total, "reading text"))

    def _look(self, reader: TextReader, task: _Task, picture: Callable[[], Bytes]) -> None:
        try:
            self._waiting[task.content_hash] = reader.read(picture())
        except Exception as error:  # one picture that breaks a decoder must not stop the others
            self._skipped.append(Skipped(task.path, str(error) or type(error).__name__))

    def _commit(self) -> None:
        """Stores what waits, for every photo of these contents."""
        if not self._waiting:
            return
        found = {
            number: text for content, text in self._waiting.items() for number in self._ids(content)
        }
        put_recognised(self._catalog, found)
        self._waiting = {}
        self._read += len(found)
        self._without_text += sum(not text for text in found.values())

    def _tasks(self) -> Iterator[_Task]:
        """Photos without their text in the order of ids, a few rows in memory at a time."""
        query = f"SELECT id, source, content_hash {_UNREAD} AND id > ? ORDER BY id LIMIT ?"
        last = 0
        while True:
            with self._catalog.errors():
                rows = self._catalog.db.execute(query, (last, _CHUNK)).fetchall()
            if not rows:
                return
            yield from (_Task(to_path(source), content) for _, source, content in rows)
            last = rows[-1][0]

    def _count(self) -> int:
        with self._catalog.errors():
            return int(self._catalog.db.execute(f"SELECT count(*) {_UNREAD}").fetchone()[0])

    def _ids(self, content_hash: str) -> list[int]:
        query = f"SELECT id {_UNREAD} AND content_hash = ?"
        with self._catalog.errors():
            return [row[0] for row in self._catalog.db.execute(query, (content_hash,))]

    def _is_known(self, task: _Task) -> bool:
        with self._catalog.errors():
            return read_recognised(self._catalog.db, task.content_hash) is not None

    def _report(self, *, interrupted: bool) -> TextReport:
        return TextReport(
            read=self._read,
            without_text=self._without_text,
            skipped=tuple(self._skipped),
            seconds=time.monotonic() - self._started,
            interrupted=interrupted,
        )


def _pictures(tasks: Iterator[_Task]) -> Iterator[tuple[_Task, Callable[[], Bytes]]]:
    """Each task and its picture, uint8 [H, W, 3], decoded ahead; asking for it raises its error."""
    from photosearch.models.machine import share_one_heap

    share_one_heap()
    waiting: deque[tuple[_Task, Future[Bytes]]] = deque()
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="photosearch-read")
    try:
        while True:
            with suppress(StopIteration):
                while len(waiting) < _AHEAD:
                    task = next(tasks)
                    waiting.append((task, pool.submit(partial(_load, task))))
            if not waiting:
                return
            task, future = waiting.popleft()
            yield task, future.result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _load(task: _Task) -> Bytes:
    loaded = load_picture(task.path, most_pixels=MOST_PIXELS, most_side=MOST_SIDE)
    if loaded.content_hash != task.content_hash:
        raise ImageChanged("the file has changed since it was indexed: index it again")
    return loaded.pixels
