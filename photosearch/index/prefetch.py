"""Reads and decodes photos ahead of the model, on threads, a bounded number at a time.

Shape legend: S side of the model's input in pixels.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from photosearch.encoder import Bytes
from photosearch.errors import ImageError
from photosearch.images import load_photo
from photosearch.images.files import whole_file
from photosearch.images.metadata import describe, describe_file, read_sidecars
from photosearch.images.states import photo_states
from photosearch.manifest import ImageSpec
from photosearch.types import PhotoInfo, PhotoTexts

_MAX_WORKERS = 8  # decoding lets go of the interpreter lock, so threads use all cores


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One file to read."""

    id: int
    path: Path
    size_bytes: int  # when it was found
    mtime_ns: int
    sidecars: int  # what the files beside it looked like then
    ctime_ns: int
    inode: int
    candidates: frozenset[str]  # content hashes that it had, or indexed photos of its size have
    unchanged: str | None = None  # its content hash, if only what it says of itself is to be read


@dataclass(frozen=True, slots=True)
class Content:
    """What was read from a file. No pixels: its content is already in the catalog."""

    task: ReadTask
    content_hash: str  # SHA-256, hex
    size_bytes: int
    mtime_ns: int
    info: PhotoInfo
    texts: PhotoTexts
    pixels: Bytes | None = None  # [S, S, 3]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file could not be read. `passing`: it may be readable later without a change."""

    task: ReadTask
    reason: str
    passing: bool


Outcome: TypeAlias = Content | Failure


def read_ahead(tasks: Iterable[ReadTask], image: ImageSpec, *, ahead: int) -> Iterator[Outcome]:
    """Outcomes in the order of the tasks, `ahead` of them under way or waiting at most."""
    from photosearch.models.machine import share_one_heap

    share_one_heap()
    waiting: deque[Future[Outcome]] = deque()
    workers = min(_MAX_WORKERS, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="photosearch-read")
    try:
        for task in tasks:
            waiting.append(pool.submit(read, task, image))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def read(task: ReadTask, image: ImageSpec) -> Outcome:
    """Decodes a file, unless it turns out to be a copy of an indexed one.

    What it says of itself is read in either case: files beside it may say something else now.
    """
    try:
        known = _described(task) if task.unchanged else _known(task)
        if known is not None:
            return known
        loaded = load_photo(task.path, image=image)
        states = photo_states(loaded.pixels)
    except Exception as error:  # a picture that breaks a decoder must not stop the others
        return _failure(task, error)
    return Content(
        task,
        loaded.content_hash,
        loaded.size_bytes,
        loaded.mtime_ns,
        replace(loaded.info, media=loaded.info.media | states),
        loaded.texts,
        loaded.pixels,
    )


def _known(task: ReadTask) -> Content | None:
    """The file without its pixels if its bytes are those of a candidate."""
    if not task.candidates:
        return None
    with whole_file(task.path) as file:
        digest = hashlib.sha256(file.data).hexdigest()
        if digest not in task.candidates:
            return None
        said = describe(file.data, sidecars=read_sidecars(task.path))
        return Content(task, digest, file.size_bytes, file.mtime_ns, said.info, said.texts)


def _described(task: ReadTask) -> Content:
    """What a file says of itself, without reading the rest of it where its format allows."""
    assert task.unchanged is not None
    said = describe_file(task.path)
    stamp = (task.unchanged, task.size_bytes, task.mtime_ns)
    return Content(task, *stamp, said.info, said.texts)


def _failure(task: ReadTask, error: Exception) -> Failure:
    """Errors of the system may pass (permission, a missing disk); a damaged picture stays so.

    A photo that is as it was stays searchable, whatever becomes of reading its texts.
    """
    if task.unchanged:
        return Failure(task, str(error) or type(error).__name__, passing=True)
    if isinstance(error, ImageError):
        return Failure(task, str(error) or type(error).__name__, error.passing)
    passing = isinstance(error, OSError | MemoryError)
    return Failure(task, f"{type(error).__name__}: {error}", passing)
