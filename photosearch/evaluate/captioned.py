"""A model's embeddings of a folder of photos with captions.

Legend: N photos, Q captions, D embedding width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from photosearch.data.photos import (
    CAPTIONS,
    DEV,
    CaptionedPhoto,
    folder_with,
    of_dev_split,
    read_captioned,
)
from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.caption_scores import Captioned
from photosearch.evaluate.trec import trec_name
from photosearch.progress import Listener, silent, telling

T = TypeVar("T")

PREFERRED = "flickr8k"  # of several sets with captions in one folder
LISTED = 1000  # photos of each query in a run
_BATCH = 64  # photos or texts from one step of the progress bar to the next


class Embeds(Protocol):
    """What is evaluated: an `Encoder`, or the packages of an export."""

    def encode_images(self, images: Sequence[Path], /) -> Floats:
        """Files to [N, D]."""
        ...

    def encode_texts(self, texts: Sequence[str], /) -> Floats:
        """Strings to [N, D]."""
        ...


def embed_captioned(encoder: Embeds, data: Path, *, progress: Listener = silent) -> Captioned:
    """Photos and captions of `data`, the dev split where there are splits.

    Captions are named IMAGE#NUMBER, as Flickr8k does. Raises UsageError for a folder that is not in
    order, ImageError for a photo that cannot be read.
    """
    names, photos = read_named(data)
    captions = [text for photo in photos for text in photo.captions]
    return Captioned(
        photos=embed_batches(encoder.encode_images, [p.path for p in photos], "photos", progress),
        captions=embed_batches(encoder.encode_texts, captions, "captions", progress),
        owner=np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in photos]),
        photo_names=tuple(names),
        caption_names=tuple(_caption_names(names, photos)),
    )


def captions_and_files(data: Path) -> tuple[dict[str, str], dict[str, Path]]:
    """What `embed_captioned` embeds: captions by their names, and files by their photos' names.

    Raises UsageError as it does.
    """
    names, photos = read_named(data)
    texts = [text for photo in photos for text in photo.captions]
    files = {name: photo.path for name, photo in zip(names, photos, strict=True)}
    return dict(zip(_caption_names(names, photos), texts, strict=True)), files


def nearest_photos(data: Captioned, k: int = LISTED) -> dict[str, dict[str, float]]:
    """A run: of each caption the k best photos and their scores."""
    import faiss

    k = min(k, len(data.photos))
    scores, places = faiss.knn(data.captions, data.photos, k, metric=faiss.METRIC_INNER_PRODUCT)
    return {
        name: {data.photo_names[at]: float(score) for at, score in zip(row, line, strict=True)}
        for name, row, line in zip(data.caption_names, places, scores, strict=True)
    }


def captions_folder(data: Path) -> Path:
    """The folder with captions: `data`, or one in it. Raises UsageError if there is none."""
    folder = data if (data / CAPTIONS).is_file() else folder_with(data, CAPTIONS, PREFERRED)
    if not (folder / CAPTIONS).is_file():
        raise UsageError(f"no {CAPTIONS} in {data}, nor in a folder of it")
    return folder


def read_named(data: Path) -> tuple[list[str], list[CaptionedPhoto]]:
    """What each photo is called, and the photos; raises UsageError as `embed_captioned` does."""
    folder = captions_folder(data)
    photos = of_dev_split(read_captioned(folder))
    names = [trec_name(photo.path.relative_to(folder).as_posix()) for photo in photos]
    if not photos:
        raise UsageError(f"{folder / CAPTIONS}: got no photos, expected some (of split {DEV!r})")
    twice = [name for name, count in Counter(p.path.resolve() for p in photos).items() if count > 1]
    if twice:
        raise UsageError(f"{folder / CAPTIONS}: {twice[0].name!r} comes twice, expected once")
    return names, photos


def _caption_names(names: Sequence[str], photos: Sequence[CaptionedPhoto]) -> list[str]:
    return [
        f"{name}#{number}"
        for name, photo in zip(names, photos, strict=True)
        for number in range(len(photo.captions))
    ]


def embed_batches(
    encode: Callable[[Sequence[T]], Floats], items: Sequence[T], note: str, progress: Listener
) -> Floats:
    """Of any number of items, some at a time: [N, D]. Raises ShapeError if some are missing."""
    tell, parts = telling(progress, note), []
    for start in range(0, len(items), _BATCH):
        some = items[start : start + _BATCH]
        parts.append(encode(some))
        if len(parts[-1]) != len(some):
            raise ShapeError(f"{note}: got {len(parts[-1])} embeddings, expected {len(some)}")
        tell(min(start + _BATCH, len(items)), len(items))
    return np.concatenate(parts) if parts else np.empty((0, 1), np.float32)
