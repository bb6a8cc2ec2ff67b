"""Embeds photos and texts with the saved packages in fp16, and with the torch model in float32.

Everything runs in a few threads with one torch thread each: towers of batch 1 have too little work
to share out, and this way figures do not depend on the number of cores.

Legend: N inputs, S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL.Image import Image

from photosearch.contract import OUTPUT, TOKENIZER
from photosearch.coreml import Convertible, ReferenceModel
from photosearch.coreml.inputs import ids_input, photo_feed, text_inputs, text_spec
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.coreml.mil.describe import Precision
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.model import Observer
from photosearch.errors import PackageError
from photosearch.images import model_pixels, open_image
from photosearch.models import open_tokenizer

Inputs: TypeAlias = Mapping[str, Array]
Floats: TypeAlias = NDArray[np.float32]
Picture: TypeAlias = Image | Path
Tick: TypeAlias = Callable[[int, int], None]  # inputs done, inputs in all
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_BATCH = 8  # inputs a forward pass in torch
_MAX_THREADS = 8


def silent(_done: int, _total: int) -> None:
    """A Tick that says nothing."""


def picture_inputs(package: Path, model: ReferenceModel, picture: Picture) -> Inputs:
    """What an image package takes, by the record beside it. Raises ImageError for a file."""
    feed = photo_feed(package, model.inputs)
    return feed(_opened(picture, feed.spec.size))


def text_inputs_of(
    package: Path, model: ReferenceModel, texts: Sequence[str], *, off_by: int = 0
) -> list[Inputs]:
    """What a text package takes, by the tokenizer and the record beside it.

    `off_by` is added to every token's id, which stays at least 0.
    """
    spec = text_spec(package)
    tokenizer = open_tokenizer(package.parent / TOKENIZER, spec)
    tokens = ([max(0, each + off_by) for each in tokenizer.encode(text)] for text in texts)
    return [ids_input(package, model.inputs, spec, ids) for ids in tokens]


def embed(
    model: ReferenceModel,
    items: Sequence[_Item],
    inputs: Callable[[_Item], Inputs],
    tick: Tick = silent,
    *,
    precision: Precision = "fp16",
    observe: Observer | None = None,
) -> Floats:
    """The embeddings that a package gives: float32 [N, D]. `observe` is called in any thread.

    Raises PackageError if it has no output of the name that export gives it.
    """
    if OUTPUT not in model.outputs:
        raise PackageError(f"{model.path}: outputs: got {list(model.outputs)}, expected {OUTPUT}")

    def one(item: _Item) -> Floats:
        found = model.predict(inputs(item), precision=precision, observe=observe)
        return np.asarray(found[OUTPUT], np.float32).reshape(-1)

    return np.stack(in_threads(one, items, tick))


def torch_pictures(source: Convertible, pictures: Sequence[Picture], tick: Tick = silent) -> Floats:
    """The model's own embeddings: float32 [N, D]. Raises ImageError for the first bad file."""
    tower, spec = source.image.build(LAYOUTS["plain"]).eval(), source.image.spec

    def batch(some: Sequence[Picture]) -> Floats:
        pixels = np.stack([model_pixels(_opened(each, spec.size), spec) for each in some])
        with torch.inference_mode():
            found = tower(torch.from_numpy(pixels).permute(0, 3, 1, 2).float())
            return np.asarray(found.numpy(), np.float32)

    return _in_batches(batch, pictures, tick)


def torch_texts(source: Convertible, texts: Sequence[str], tick: Tick = silent) -> Floats:
    """The model's own embeddings, from the source's own tokenizer: float32 [N, D]."""
    tower = source.text.build(LAYOUTS["plain"]).eval()
    tokenizer = open_tokenizer(source.text.tokenizer[0].parent, source.text.spec)

    def batch(some: Sequence[str]) -> Floats:
        each = [text_inputs(source.text, tokenizer.encode(text)) for text in some]
        joined = [np.concatenate([one[name] for one in each]) for name in each[0]]
        given = [torch.from_numpy(x if x.dtype.kind == "i" else x.astype("f4")) for x in joined]
        with torch.inference_mode():
            return np.asarray(tower(*given).numpy(), np.float32)

    return _in_batches(batch, texts, tick)


def _opened(picture: Picture, size: int) -> Image:
    return open_image(picture, target=size) if isinstance(picture, Path) else picture


def _in_batches(
    function: Callable[[Sequence[_Item]], Floats], items: Sequence[_Item], tick: Tick
) -> Floats:
    parts = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]

    def told(done: int, _total: int) -> None:
        tick(min(done * _BATCH, len(items)), len(items))

    return np.concatenate(in_threads(function, parts, told))


def in_threads(
    function: Callable[[_Item], _Result], items: Sequence[_Item], tick: Tick = silent
) -> list[_Result]:
    """The results in order. The first item goes alone: it makes ready what the others share."""
    found: list[_Result] = []
    with _pool() as pool:
        for some in (items[:1], items[1:]):
            for result in pool.map(function, some):
                found.append(result)
                tick(len(found), len(items))
    return found


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    before, threads = torch.get_num_threads(), min(_MAX_THREADS, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(threads, "verify", initializer=lambda: torch.set_num_threads(1))
    try:
        torch.set_num_threads(1)
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)
