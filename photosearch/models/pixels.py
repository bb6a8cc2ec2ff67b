"""Pictures to model input, decoded by worker threads ahead of the model.

Shape legend: N photos, S side of the model's input in pixels.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.encoder import Bytes, ImageInput
from photosearch.errors import ShapeError, UsageError
from photosearch.manifest import ImageSpec

if TYPE_CHECKING:
    from PIL.Image import Image

AHEAD = 2  # batches that may be decoded or in hand before the model asks for them
MAX_WORKERS = 8  # each holds one picture in full while it decodes


def batches(images: Sequence[ImageInput], spec: ImageSpec, *, size: int) -> Iterator[Bytes]:
    """uint8 [<= size, S, S, 3] each, in order.

    At most `AHEAD` batches of prepared pixels and `MAX_WORKERS` pictures are in memory, however
    many there are. Raises ImageError for the first that cannot be read.
    """
    workers = min(MAX_WORKERS, os.cpu_count() or 1, max(1, len(images)))
    if isinstance(images, str | os.PathLike):
        raise UsageError(f"images: got the path {os.fspath(images)!r}, expected a list of paths")
    todo = iter(images)
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        queue: deque[Future[Bytes]] = deque()
        try:
            while True:
                free = AHEAD * size - len(queue)
                queue.extend(pool.submit(read, image, spec) for image in islice(todo, free))
                if not queue:
                    return
                ready = [queue.popleft() for _ in range(min(size, len(queue)))]
                yield np.stack([future.result() for future in ready])
        finally:
            pool.shutdown(cancel_futures=True)


def read(image: ImageInput, spec: ImageSpec) -> Bytes:
    """One picture as model input: uint8 [S, S, 3]. Raises ImageError if it cannot be read."""
    from photosearch.images.resize import prepare  # Pillow, which a search does not need

    return prepare(_open(image, spec), spec)


def _open(image: ImageInput, spec: ImageSpec) -> Image:
    from PIL.Image import Image as Picture

    from photosearch.images.decode import open_image, upright

    if isinstance(image, str | os.PathLike):
        return open_image(Path(image), target=spec.size)
    if isinstance(image, Picture):
        return upright(image)
    raise UsageError(f"image: got {type(image).__name__}, expected a path or a PIL image")


def check_pixels(pixels: Bytes, side: int) -> None:
    """Raises ShapeError unless these are uint8 [N, side, side, 3]."""
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (side, side, 3):
        got = f"{pixels.dtype} {list(pixels.shape)}"
        raise ShapeError(f"pixels: got {got}, expected uint8 [N, {side}, {side}, 3]")
