"""Makes batches for a model: pictures decoded ahead by threads, texts sorted by length.

Shape legend: N photos or texts, S side of the model's input in pixels, D embedding width.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Bytes, Floats, ImageInput
from photosearch.errors import ShapeError, UsageError
from photosearch.manifest import ImageSpec
from photosearch.models.machine import share_one_heap

if TYPE_CHECKING:
    from PIL.Image import Image


AHEAD = 2  # batches that may be decoded or in hand before the model asks for them
MAX_WORKERS = 8  # what they hold together while they decode, `images.files` bounds


def pixel_batches(images: Sequence[ImageInput], spec: ImageSpec, *, size: int) -> Iterator[Bytes]:
    """uint8 [<= size, S, S, 3] each, in order.

    At most `AHEAD` batches of prepared pixels and as many pictures as `images.files` allows are
    in memory, however many there are. Raises ImageError for the first that cannot be read,
    ShapeError for a picture without pixels or an array that is none, UsageError for one picture
    without a list around it.
    """
    _check_list(images)
    share_one_heap()
    workers = min(MAX_WORKERS, os.cpu_count() or 1, max(1, len(images)))
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
    from photosearch.images import (
        load_pixels,  # Pillow, which a search does not need
        model_pixels,
    )

    if isinstance(image, str | os.PathLike):
        return load_pixels(Path(image), image=spec)
    return model_pixels(_open(image), spec)


def _open(image: Any) -> Image:
    import PIL.Image
    from PIL.Image import Image as Picture

    from photosearch.images import upright

    if isinstance(image, Picture):
        if not (image.width and image.height):
            got = f"a picture of {image.width} x {image.height} pixels"
            raise ShapeError(f"image: got {got}, expected at least one")
        return upright(image)
    if isinstance(image, np.ndarray):
        check_picture(image)
        return PIL.Image.fromarray(image)
    got = type(image).__name__
    raise UsageError(f"image: got {got}, expected a path, a PIL image or an array uint8 [H, W, 3]")


def _check_list(images: Any) -> None:
    """Raises UsageError for one picture that was given without a list around it."""
    if isinstance(images, str | os.PathLike):
        raise UsageError(f"images: got the path {os.fspath(images)!r}, expected a list of paths")
    if isinstance(images, bytes | bytearray | memoryview) or not hasattr(images, "__len__"):
        raise UsageError(f"images: got {type(images).__name__}, expected a list of pictures")
    if isinstance(images, np.ndarray) and images.ndim < 4 and images.dtype != object:
        got = f"one array {_shown(images)}"
        raise ShapeError(f"images: got {got}, expected a list of arrays uint8 [H, W, 3]")


def check_picture(picture: NDArray[Any]) -> None:
    """Raises ShapeError, which says what to do, unless this is uint8 [H, W, 3] with pixels."""
    if picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8 and picture.size:
        return
    remedy = ""
    if picture.ndim == 2:
        remedy = "; make grey RGB by np.stack([x] * 3, axis=-1)"
    elif picture.ndim == 3 and picture.shape[2] == 1:
        remedy = "; make grey RGB by np.repeat(x, 3, axis=2)"
    elif picture.ndim == 3 and picture.shape[2] == 4:
        remedy = "; take x[..., :3], or Image.fromarray(x), which is laid on white"
    elif picture.ndim == 3 and picture.shape[0] == 3:
        remedy = "; move the channels behind by x.transpose(1, 2, 0)"
    if np.issubdtype(picture.dtype, np.floating):
        remedy += "; scale 0..1 by (x * 255).round().astype(np.uint8)"
    raise ShapeError(f"image: got {_shown(picture)}, expected RGB, uint8 [H, W, 3]{remedy}")


def _shown(array: NDArray[Any]) -> str:
    return f"{array.dtype} {list(array.shape)}"


def check_pixels(pixels: Any, side: int) -> None:
    """Raises ShapeError unless these are uint8 [N, side, side, 3]."""
    if not isinstance(pixels, np.ndarray):
        got = type(pixels).__name__
        raise ShapeError(f"pixels: got {got}, expected an array uint8 [N, {side}, {side}, 3]")
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (side, side, 3):
        got = _shown(pixels)
        raise ShapeError(f"pixels: got {got}, expected uint8 [N, {side}, {side}, 3]")


TEXTS = 64  # per forward pass


def check_texts(texts: Iterable[str]) -> list[str]:
    """The texts, from whatever gives them one by one.

    Raises UsageError for anything else, a lone string too, and for the first that is no string.
    """
    listed = list_texts(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            got = f"{type(text).__name__} at place {place}"
            raise UsageError(f"texts: got {got}, expected a list of strings")
    return listed


def list_texts(texts: object) -> list[Any]:
    """Each of several, read once. Raises UsageError for what cannot be several texts."""
    if isinstance(texts, str):
        got = f"the string {texts[:20]!r}"
    elif isinstance(texts, np.ndarray) and (texts.dtype.kind not in "OU" or not texts.ndim):
        got = f"an array {texts.dtype} {list(texts.shape)}"
    elif isinstance(texts, bytes | bytearray | memoryview) or not isinstance(texts, Iterable):
        got = type(texts).__name__
    else:
        return list(texts)
    raise UsageError(f"texts: got {got}, expected a list of strings")


def encode_in_batches(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Floats], *, dim: int
) -> Floats:
    """Encodes short texts with short ones, to save padding: float32 [N, D] in the given order."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.empty((len(texts), dim), np.float32)
    for start in range(0, len(order), TEXTS):
        chosen = order[start : start + TEXTS]
        vectors[chosen] = encode([texts[index] for index in chosen])
    return vectors
