"""Photos and sentences on which a recipe for the weights is tried, as the towers take them.

Shape legend: N photos, S side in pixels, Q sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.coreml.families.convertible import Convertible
from photosearch.images.decode import open_image
from photosearch.images.resize import prepare
from photosearch.images.samples import sample_photos
from photosearch.models.tokenizer import open_tokenizer

# What people ask their photos for. Not written for the photos that they are tried on: how a
# sentence orders photos that it does not describe is what compression disturbs first.
SENTENCES = (
    "a cat", "a dog on a beach", "a cup of coffee", "an astronaut", "a motorcycle in a garage",
    "a flower", "a rocket launch", "the moon at night", "a page of a book", "old coins",
    "green grass", "a brick wall", "a temple in the mountains", "a man with a camera",
    "a starry sky", "two friends laughing", "a birthday cake with candles", "children playing",
    "a red car", "snow on the mountains", "a sunset over the sea", "a plate of food",
    "people at a wedding", "a bicycle leaning on a wall", "a baby asleep", "a city at night",
    "a horse in a field", "a boat on a lake", "a bird on a branch", "a clock",
    "a woman in a red dress", "my kitchen", "an empty road", "a football match", "a receipt",
    "fireworks", "a waterfall", "a train station", "a black and white photo", "something round",
    "a close-up of an eye", "a hand holding a phone", "a garden in spring", "autumn leaves",
    "a blurry picture", "a stone texture", "a portrait of a woman", "blue sky with clouds",
)  # fmt: skip
_VIEW = 0.6  # of a photo's sides, cut from two of its corners


@dataclass(frozen=True, slots=True)
class Probe:
    pixels: NDArray[np.uint8]  # [N, S, S, 3]
    ids: tuple[tuple[int, ...], ...]  # Q times token ids, not padded


def sample_probe(source: Convertible) -> Probe:
    """The photos that are on every machine, each whole and twice in part, and our sentences.

    Raises MissingExtra if the packages that hold the photos are not installed.
    """
    photos = sample_photos(extra="demo", purpose="measuring what compression loses")
    return make_probe(source, photos, SENTENCES, parts=True)


def make_probe(
    source: Convertible,
    photos: Sequence[Path],
    sentences: Sequence[str],
    *,
    parts: bool = False,
) -> Probe:
    """Raises ImageError for the first photo that cannot be read."""
    spec, text = source.image.spec, source.text
    pixels = []
    for photo in photos:
        image = open_image(photo)
        pixels.append(prepare(image, spec))
        wide, high = (round(_VIEW * side) for side in image.size)
        if parts:
            pixels.append(prepare(image.crop((0, 0, wide, high)), spec))
            pixels.append(prepare(image.crop((image.width - wide, image.height - high,
                                              image.width, image.height)), spec))  # fmt: skip
    tokenizer = open_tokenizer(text.tokenizer[0].parent, text.spec)
    return Probe(np.stack(pixels), tuple(tuple(tokenizer.encode(each)) for each in sentences))
