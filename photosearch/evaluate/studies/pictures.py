"""Decodes photo files on several threads, in their order, with bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from photosearch.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")

AHEAD = 8  # results that may wait to be taken
_MOST_WORKERS = 8


def map_photos(paths: Sequence[Path], work: Callable[[Image], T]) -> Iterator[T]:
    """`work` of each photo, upright RGB with all of its pixels, in the order of `paths`.

    `AHEAD` results wait at most; what threads hold while they decode and work, `images.files`
    bounds. Raises ImageError for the first photo that cannot be read.
    """
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers, "studies") as pool:
        try:
            for path in paths:
                waiting.append(pool.submit(_worked, path, work))
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _worked(path: Path, work: Callable[[Image], T]) -> T:
    from photosearch.images.files import PICTURES, whole_file, with_path
    from photosearch.images.load import decoded, opened

    with whole_file(path) as file:
        try:
            with opened(file.data) as photo, PICTURES.room(photo.pixels):
                return work(decoded(photo))
        except ImageError as error:
            raise with_path(error, path)  # noqa: B904 - it is the same error
