"""How much worse photos are found once they are changed: curves over conditions and their levels.

Legend: N photos, Q captions, L pictures made of each photo, the untouched one first, M of these
that differ, S side of the model's input in pixels, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.data.evaluation_set import EvaluationSet, Sampling, read_evaluation_set
from photosearch.encoder import Bytes, Encoder, Floats
from photosearch.errors import UsageError
from photosearch.evaluate import expected
from photosearch.evaluate.caption_scores import find_own
from photosearch.evaluate.captioned import Embeds, captions_folder, embed_batches
from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.studies.conditions import Condition, Level, standard_conditions
from photosearch.evaluate.studies.curves import Curve, Point, Robustness
from photosearch.evaluate.studies.pictures import map_photos
from photosearch.manifest import ImageSpec
from photosearch.progress import Listener, counting, silent

if TYPE_CHECKING:
    from PIL.Image import Image

SAMPLING = Sampling(photos=1000, captions=5000)
_PHOTOS = 4  # whose pictures are embedded at a time


@dataclass(frozen=True, eq=False)
class _Pictures:
    """What is made of one photo, each different one once."""

    pixels: Bytes  # [M, S, S, 3], the untouched one first
    row: Ints  # [L], places in `pixels`


def robustness(
    encoder: Embeds,
    data: Path,
    *,
    conditions: Sequence[Condition] | None = None,
    sampling: Sampling = SAMPLING,
    k: int = 10,
    progress: Listener = silent,
) -> Robustness:
    """R@k text to photo, of untouched photos and of all photos changed alike, by each condition.

    `data` as for `embed_captioned`; conditions are the standard ones if none are given. Each photo
    is decoded once and embedded once for each level that changes it: 34,000 times for 1,000 photos
    and the standard 33 levels. A few photos are in memory at once.

    Raises UsageError for packages of an export, which read files alone, for k beyond the photos, no
    conditions, or a folder that is not in order; ImageError for a photo that cannot be read.
    """
    if not isinstance(encoder, Encoder):
        raise UsageError(
            f"robustness: got {type(encoder).__name__}, expected an encoder of pixels; packages of "
            "an export read files alone"
        )
    found = read_evaluation_set(captions_folder(data), sampling)
    chosen = standard_conditions(encoder.image) if conditions is None else tuple(conditions)
    _check(chosen, found, k)
    captions = embed_batches(encoder.encode_texts, found.captions, "captions", progress)
    photos, unchanged = _embedded(encoder, found.photos, chosen, progress)
    owner = np.array(found.owners)
    values = _recalls(photos, captions, owner, k, progress)
    untouched, *points = _points(values, unchanged, owner, chosen)
    return Robustness(
        measure=f"R@{k}",
        untouched=untouched.value,
        curves=tuple(_curves(chosen, points)),
        photos=len(found.photos),
        captions=len(found.captions),
        protocol=tuple(_protocol(found, sampling, encoder.image, chosen)),
    )


def _check(conditions: Sequence[Condition], data: EvaluationSet, k: int) -> None:
    if not conditions or not all(each.levels for each in conditions):
        raise UsageError("got no conditions, or one without levels, expected some")
    if not 1 <= k < len(data.photos):
        raise UsageError(f"k: got {k}, expected 1 to {len(data.photos) - 1}, fewer than all photos")


def _embedded(
    encoder: Encoder, paths: Sequence[Path], conditions: Sequence[Condition], progress: Listener
) -> tuple[Floats, Ints]:
    """Embeddings [L, N, D], and of how many photos each condition left the pixels [L]."""
    work = partial(_pictures, conditions=conditions, image=encoder.image)
    tell, parts, rows = counting(progress, "changed photos", len(paths)), [], []
    made = map_photos(paths, work)
    while some := list(islice(made, _PHOTOS)):
        vectors = encoder.encode_pixels(np.concatenate([each.pixels for each in some]))
        starts = np.cumsum([0, *(len(each.pixels) for each in some)])
        parts += [vectors[start + each.row] for start, each in zip(starts, some, strict=False)]
        rows += [each.row for each in some]
        tell(len(some))
    return np.stack(parts, axis=1), (np.stack(rows) == 0).sum(axis=0)


def _pictures(picture: Image, *, conditions: Sequence[Condition], image: ImageSpec) -> _Pictures:
    from PIL.Image import fromarray

    from photosearch.images import model_pixels

    pixels, row = [model_pixels(picture, image)], [0]
    given = fromarray(pixels[0])
    for condition in conditions:
        for change in condition.levels.values():
            changed = model_pixels(change(given if condition.of_input else picture), image)
            if np.array_equal(changed, pixels[0]):
                row.append(0)
            else:
                row.append(len(pixels))
                pixels.append(changed)
    return _Pictures(np.stack(pixels), np.array(row))


def _recalls(photos: Floats, captions: Floats, owner: Ints, k: int, progress: Listener) -> Values:
    """Of every caption among the photos of each level: [L, Q]."""
    tell, values = counting(progress, "scores", len(photos)), []
    for level in photos:
        values.append(expected.recall(find_own(level, captions, owner), k))
        tell(1)
    return np.stack(values)


def _points(
    values: Values, unchanged: Ints, owner: Ints, conditions: Sequence[Condition]
) -> Iterator[Point]:
    """Of the untouched photos, and of each level."""
    levels: list[Level] = ["untouched", *(level for each in conditions for level in each.levels)]
    queries = tuple(map(str, range(len(owner))))
    for level, some, same in zip(levels, values, unchanged, strict=True):
        both = {"value": some, "difference": some - values[0]}
        told = Evaluation("text to photo", (), queries, both, groups=owner).estimates()
        yield Point(level, told["value"], told["difference"], int(same))


def _curves(conditions: Sequence[Condition], points: Sequence[Point]) -> Iterator[Curve]:
    left = iter(points)
    for each in conditions:
        yield Curve(each.name, each.unit, tuple(islice(left, len(each.levels))))


def _protocol(
    data: EvaluationSet, sampling: Sampling, image: ImageSpec, conditions: Sequence[Condition]
) -> Iterator[str]:
    photos, captions = len(data.photos), len(data.captions)
    yield f"Each of {captions} captions is asked of all {photos} photos, all changed alike."
    if (photos, captions) != (data.photos_available, data.captions_available):
        total = f"{data.photos_available} photos and {data.captions_available} captions"
        yield f"They are drawn from {total} by seed {sampling.seed}."
    inner = ", ".join(each.name for each in conditions if each.of_input)
    if inner:
        yield f"Changed after preparation, at {image.size} x {image.size} pixels: {inner}."
    outer = ", ".join(each.name for each in conditions if not each.of_input)
    if outer:
        yield f"Changed before preparation, as whole photos: {outer}."
    yield "Differences are paired by caption; intervals draw photos with all of their captions."
    yield "Items with one score count as the mean over every order of them."
