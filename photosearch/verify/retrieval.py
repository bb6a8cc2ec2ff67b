"""Compares retrieval metrics (R@1, R@10, nDCG@10) of the packages and of the torch model.

Legend: N photos, Q captions, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photosearch.coreml import Convertible
from photosearch.data.evaluation_set import EvaluationSet, Sampling
from photosearch.evaluate import expected
from photosearch.evaluate.caption_scores import find_own
from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints
from photosearch.evaluate.significance import estimate
from photosearch.progress import Listener, telling
from photosearch.verify.measures import Limits, overlap
from photosearch.verify.packages import PackageEncoder
from photosearch.verify.records import Check, Compared, Retrieval, measured
from photosearch.verify.towers import Floats, torch_pictures, torch_texts

GATED = "R@10"


@dataclass(frozen=True)
class Embedded:
    photos: Floats  # [N, D]
    captions: Floats  # [Q, D]


def embed_by_torch(source: Convertible, data: EvaluationSet, progress: Listener) -> Embedded:
    """One serves all variants of a model. Raises ImageError for a photo that cannot be read."""
    return Embedded(
        torch_pictures(source, data.photos, telling(progress, "eval photos in torch")),
        torch_texts(source, data.captions, telling(progress, "eval captions in torch")),
    )


def embed_as_shipped(directory: Path, data: EvaluationSet, progress: Listener) -> Embedded:
    """The same through the packages in a directory, in fp16 storage mode."""
    packages = PackageEncoder(directory)
    return Embedded(
        packages.encode_images(data.photos, telling(progress, "eval photos as shipped")),
        packages.encode_texts(data.captions, telling(progress, "eval captions as shipped")),
    )


def compare_retrieval(
    torch: Embedded, shipped: Embedded, data: EvaluationSet, sampling: Sampling
) -> Retrieval:
    """The intervals resample photos, whose captions are not independent."""
    owners = np.array(data.owners)
    wanted, found = (_values(each, owners) for each in (torch, shipped))
    return Retrieval(
        photos=len(data.photos),
        photos_available=data.photos_available,
        captions=len(data.captions),
        captions_available=data.captions_available,
        seed=sampling.seed,
        overlap=overlap(shipped.captions @ shipped.photos.T, torch.captions @ torch.photos.T),
        metrics={
            name: Compared(
                torch=estimate(values, groups=owners),
                shipped=estimate(found[name], groups=owners),
                difference=estimate(found[name] - values, groups=owners),
            )
            for name, values in wanted.items()
        },
    )


def _values(embedded: Embedded, owners: Ints) -> dict[str, Values]:
    """Of each caption: [Q]."""
    places = find_own(embedded.photos, embedded.captions, owners)
    return {
        "R@1": expected.recall(places, 1),
        "R@10": expected.recall(places, 10),
        "nDCG@10": expected.ndcg(places, 10),
    }


def retrieval_checks(found: Retrieval | None, limits: Limits) -> Iterator[Check]:
    """Those of no data say so. One caption may always be lost: with few, it is beyond a limit."""
    if found is None:
        yield Check("retrieval", "not run", detail="no eval data was given")
        return
    lost = found.metrics[GATED].difference
    limit = max(limits.loss, 1 / found.captions)
    interval = f"95 % interval of the change [{lost.low:+.4f}, {lost.high:+.4f}]"
    used = f"{found.captions} captions of {found.photos} photos"
    yield measured(f"{GATED} lost against torch", max(0.0, -lost.mean), limit, detail=interval)
    yield Check("overlap of the ten best, eval data", "noted", found.overlap, detail=used)
